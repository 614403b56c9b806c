import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import PrimeVue, { defaultOptions } from "primevue/config";
import { createApp } from "vue";
import App from "./App.vue";
import { Problem } from "./api/problems";
import { branchOf } from "./lib/addresses";
import { listenForShortcuts } from "./lib/shortcuts";
import { applying } from "./live/apply";
import { follow } from "./live/stream";
import { words } from "./messages";
import { overlays } from "./parts/overlays";
import { askForBoard } from "./queries/story";
import { router } from "./router";

const ATTEMPTS = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // Answers are replaced, never changed: Vue need not watch each field of thousands of scenes.
      shallow: true,
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

const { locale } = defaultOptions;

const followed = follow(applying(client));

listenForShortcuts();
// The longest answer is on its way while the view that shows it is.
router.beforeEach(({ name, params, query }) => {
  if (name === "board") {
    void followed.then(() => askForBoard(client, Number(params.project), branchOf(query)));
  }
});
// No view asks for anything before that is kept up to date.
router.beforeResolve(() => followed);
createApp(App)
  .use(router)
  .use(VueQueryPlugin, { queryClient: client })
  // Unstyled, with the class names of our own sheets; see also noStyle.ts.
  .use(PrimeVue, {
    unstyled: true,
    pt: overlays,
    locale: { ...locale, aria: { ...locale?.aria, close: words.actions.close } },
  })
  .mount("#app");
