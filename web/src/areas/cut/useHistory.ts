// What a cut was before each edit of this visit: null where it followed its branch.
import { ref } from "vue";
import type { Item } from "./places";

export type State = Item[] | null;

export function useHistory() {
  const past = ref<State[]>([]);
  const future = ref<State[]>([]);

  /** Notes what was, before it becomes something else. */
  function note(before: State): void {
    past.value = [...past.value, before];
    future.value = [];
  }
  function undo(now: State): State | undefined {
    const before = past.value.at(-1);
    if (before !== undefined) {
      past.value = past.value.slice(0, -1);
      future.value = [...future.value, now];
    }
    return before;
  }
  function redo(now: State): State | undefined {
    const after = future.value.at(-1);
    if (after !== undefined) {
      future.value = future.value.slice(0, -1);
      past.value = [...past.value, now];
    }
    return after;
  }
  /** Goes back to what is still saved, where an edit was refused: there is no undoing it. */
  function backTo(saved: State): void {
    const place = past.value.findLastIndex((one) => JSON.stringify(one) === JSON.stringify(saved));
    past.value = past.value.slice(0, Math.max(0, place));
    future.value = [];
  }
  function forget(): void {
    past.value = future.value = [];
  }
  return { past, future, note, undo, redo, backTo, forget };
}
