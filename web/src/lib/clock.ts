// A minute hand that all "5 minutes ago" on a page share.
import { onScopeDispose, readonly, ref, type Ref } from "vue";

const now = ref(Date.now());
let watchers = 0;
let timer = 0;

/** The time, moved on every half minute while somebody looks. */
export function useNow(): Readonly<Ref<number>> {
  if (watchers++ === 0) {
    now.value = Date.now();
    timer = window.setInterval(() => (now.value = Date.now()), 30_000);
  }
  onScopeDispose(() => {
    if (--watchers === 0) {
      window.clearInterval(timer);
    }
  });
  return readonly(now);
}
