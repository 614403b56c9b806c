// The chosen ones of what is shown: whoever leaves the view, or the filter, is chosen no more.
import { computed, shallowRef, watch } from "vue";
import { extended, NOTHING, still, toggled, walked, whole } from "./selection";

export type Choosing = { how: "toggle" | "extend"; id: number } | { how: "walk"; id: number; to: number };

export function useSelection(order: () => number[]) {
  const now = shallowRef(NOTHING);
  watch(order, (ids) => (now.value = still(now.value, ids)));

  function choose(choosing: Choosing): void {
    if (choosing.how === "walk") {
      now.value = walked(now.value, order(), choosing.id, choosing.to);
    } else {
      now.value =
        choosing.how === "toggle"
          ? toggled(now.value, choosing.id)
          : extended(now.value, order(), choosing.id);
    }
  }

  return {
    ids: computed(() => now.value.ids),
    choose,
    all: () => void (now.value = whole(order())),
    clear: () => void (now.value = NOTHING),
  };
}
