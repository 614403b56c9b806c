// What comes before the studio: how it looks, and the language it speaks. Components take their
// words while they are loaded, so the language is there first.
import { leaveKeysToInputMethods } from "./lib/composing";
import { startLanguage } from "./lib/language";
import { startTheme } from "./lib/theme";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/overlays.css";

// A file is gone when the service has a newer studio by now: the page is loaded anew. Where the
// service is away, the page would be gone as well: it waits until there is one. A proxy answers
// for a service that is away, by 502 and the like.
const AWAY_MS = 2_000;
const isThere = (): Promise<boolean> =>
  fetch("/", { method: "HEAD", cache: "no-store" }).then(({ status }) => status < 500, () => false);
async function loadAnew(): Promise<void> {
  if (await isThere()) {
    window.location.reload();
  } else {
    window.setTimeout(loadAnew, AWAY_MS);
  }
}
window.addEventListener("vite:preloadError", loadAnew, { once: true });

startTheme();
leaveKeysToInputMethods(window);
void startLanguage().then(() => import("./studio"));
