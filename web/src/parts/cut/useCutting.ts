// A branch's cut while somebody edits it: shown at once, saved in order, and taken back.
import { computed, ref, watch, type Ref } from "vue";
import type { Cut, ReelShot } from "../../api/client";
import { branchItems, laidOut, plainItem, type Item } from "../../lib/cut/places";
import { useHistory, type State } from "../../lib/cut/useHistory";
import { say } from "../../lib/toasts";
import { words } from "../../messages";
import type { useCutVerbs } from "../../queries/cuts";

interface Given {
  branch: Ref<string>;
  reel: Ref<ReelShot[]>;
  cut: Ref<Cut | null>;
  rate: Ref<number>;
  verbs: ReturnType<typeof useCutVerbs>;
}

export function useCutting({ branch, reel, cut, rate, verbs }: Given) {
  const history = useHistory();
  const pending = ref<{ state: State } | null>(null); // what is not saved yet
  const preview = ref<Item[] | null>(null); // what a hand is about to do
  const saved = computed<State>(() =>
    !cut.value || cut.value.follows_branch ? null : cut.value.items.map(plainItem),
  );
  const state = computed(() => (pending.value ? pending.value.state : saved.value));
  const items = computed(() => state.value ?? branchItems(reel.value));
  const places = computed(() => laidOut(preview.value ?? items.value, reel.value, rate.value));
  const settled = computed(() => laidOut(items.value, reel.value, rate.value));
  const isSaving = computed(() => pending.value !== null);
  let newest = 0;
  let saving: Promise<void> = Promise.resolve(); // one edit after the other, whatever each waits for

  /** The cut's id; a branch that has none gets one with its first edit. */
  async function there(): Promise<number> {
    return cut.value?.id ?? (await verbs.create.mutateAsync(words.cut.first(branch.value))).id;
  }

  async function put(next: State, mine: number, into: number | undefined): Promise<void> {
    if (mine !== newest) {
      return; // there is a newer edit, which says all that this one would
    }
    try {
      await verbs.update.mutateAsync({ id: into ?? (await there()), change: { items: next } });
    } catch {
      // It was told already; what is saved is shown again.
    } finally {
      if (mine === newest) {
        pending.value = null;
      }
    }
  }
  function save(next: State): void {
    const mine = ++newest;
    pending.value = { state: next };
    const into = cut.value?.id; // whatever is looked at by the time
    saving = saving.then(() => put(next, mine, into));
  }

  function become(next: State): void {
    preview.value = null;
    if (JSON.stringify(next) !== JSON.stringify(state.value)) {
      history.note(state.value);
      save(next);
    }
  }
  function edit(next: Item[]): void {
    if (JSON.stringify(next) === JSON.stringify(items.value)) {
      preview.value = null;
    } else {
      become(next);
    }
  }
  function undo(): void {
    const before = history.undo(state.value);
    if (before !== undefined) {
      save(before);
      say(words.cut.undone);
    }
  }
  function redo(): void {
    const after = history.redo(state.value);
    if (after !== undefined) {
      save(after);
      say(words.cut.redone);
    }
  }
  async function assemble(): Promise<void> {
    await saving; // the film is of what is shown
    try {
      await verbs.assemble.mutateAsync(await there());
    } catch {
      // It was told already.
    }
  }

  watch(() => [cut.value?.id, branch.value], ([id, name], [before, old]) => {
    // The first edit of a branch makes its cut: that is no other one.
    if (name !== old || before !== undefined && id !== before) {
      history.forget();
      preview.value = pending.value = null;
    }
  });

  const canUndo = computed(() => history.past.value.length > 0);
  const canRedo = computed(() => history.future.value.length > 0);
  return { items, places, settled, preview, state, isSaving, canUndo, canRedo, edit, become, undo, redo, assemble };
}
