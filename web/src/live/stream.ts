// One stream of changes for the whole page: closed while nobody looks, and resumed where it ended.
import { ref } from "vue";
import { PREFIX } from "../api/client";
import type { Change, Preview, Progress } from "./news";

export type State = "connecting" | "live" | "lost";

export interface Listener {
  change(change: Change): void;
  progress(news: Progress): void;
  preview(news: Preview): void;
  /** What is shown may be old: the log was cut off, or nobody knows what was missed. */
  reset(): void;
}

export const state = ref<State>("connecting");

// A browser allows six connections to a host: a tab that nobody looks at gives its own back.
const HIDDEN_MS = 10_000;
// Other tabs may have all six: then a page is shown, and asked for anew once it is followed.
const WAIT_MS = 1_000;

/**
 * Follows all changes for as long as the page lives. From when that resolves, what is asked for is
 * kept up to date: of what was asked for before, a change may have been missed.
 */
export function follow(listener: Listener): Promise<void> {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  let source: EventSource | null = null;
  let seen: string | null = null;
  let closing = 0;
  let wasLost = false;

  const open = (): void => {
    if (source) {
      return;
    }
    state.value = "connecting";
    source = new EventSource(`${PREFIX}/changes/stream${seen ? `?after=${seen}` : ""}`);
    source.onopen = () => {
      state.value = "live";
      if (wasLost && !seen) {
        listener.reset();
      }
      wasLost = false;
      resolve();
    };
    source.onerror = () => {
      state.value = "lost";
      wasLost = true;
      resolve();
      if (source?.readyState === EventSource.CLOSED) {
        close();
        window.setTimeout(reopen, 2_000);
      }
    };
    source.addEventListener("change", (event: MessageEvent<string>) => {
      seen = event.lastEventId;
      listener.change(JSON.parse(event.data) as Change);
    });
    source.addEventListener("progress", (event: MessageEvent<string>) => {
      listener.progress(JSON.parse(event.data) as Progress);
    });
    source.addEventListener("preview", (event: MessageEvent<string>) => {
      listener.preview(JSON.parse(event.data) as Preview);
    });
    source.addEventListener("reset", (event: MessageEvent<string>) => {
      seen = event.lastEventId;
      listener.reset();
    });
  };
  const close = (): void => {
    source?.close();
    source = null;
  };
  const reopen = (): void => {
    if (!document.hidden) {
      open();
    }
  };
  document.addEventListener("visibilitychange", () => {
    window.clearTimeout(closing);
    if (document.hidden) {
      closing = window.setTimeout(close, HIDDEN_MS);
    } else if (!source) {
      // Without an id nothing says where to go on: hints were missed in any case.
      wasLost = true;
      open();
    }
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", reopen);
  window.setTimeout(() => {
    wasLost ||= state.value !== "live";
    resolve();
  }, WAIT_MS);
  open();
  return promise;
}
