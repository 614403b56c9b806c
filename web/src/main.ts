import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import PrimeVue from "primevue/config";
import { createApp } from "vue";
import App from "./App.vue";
import { Problem } from "./api/problems";
import { listenForShortcuts } from "./lib/shortcuts";
import { startTheme } from "./lib/theme";
import { applying } from "./live/apply";
import { follow } from "./live/stream";
import { overlays } from "./parts/overlays";
import { router } from "./router";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/overlays.css";

const ATTEMPTS = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The stream says when something is old. This is for what passes it by.
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      // A refusal stays one; a service that is gone may be back.
      retry: (failures, error) =>
        failures < ATTEMPTS && !(error instanceof Problem && error.status >= 400 && error.status < 500),
    },
    mutations: { networkMode: "always" },
  },
});

// A view's file is gone when the service has a newer studio by now: the page is loaded anew.
window.addEventListener("vite:preloadError", () => window.location.reload());

startTheme();
listenForShortcuts();
createApp(App)
  .use(router)
  .use(VueQueryPlugin, { queryClient: client })
  // Unstyled, with the class names of our own sheets; see also noStyle.ts.
  .use(PrimeVue, { unstyled: true, pt: overlays })
  .mount("#app");
follow(applying(client));
