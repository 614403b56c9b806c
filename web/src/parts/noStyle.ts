// In place of PrimeVue's `useStyle`, which writes style elements into the page, also in unstyled
// mode. Our Content-Security-Policy forbids them, and our own sheets say all that they would.
import { ref } from "vue";

export function useStyle() {
  const nothing = (): void => undefined;
  return { id: "", name: "", el: ref(null), css: ref(""), load: nothing, unload: nothing, isLoaded: ref(true) };
}
