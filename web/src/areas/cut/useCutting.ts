// A branch's cut while somebody edits it: shown at once, saved in order, and taken back.
import { computed, ref, shallowRef, watch, type Ref } from "vue";
import type { Cut, ReelShot } from "../../api/client";
import { editKept, forgetEdit, keepEdit } from "./keptEdits";
import { branchItems, laidOut, plainItem, type Item } from "./places";
import { useHistory, type State } from "./useHistory";
import { say } from "../../lib/toasts";
import { words } from "../../messages";
import { isRefusal, Overtaken } from "../../queries/writing";

interface Saving {
  create: { mutateAsync: (made: { name: string; project: number; branch: string }) => Promise<Cut> };
  update: { mutateAsync: (edit: { known: Cut; change: { items: State } }) => Promise<Cut> };
  assemble: { mutateAsync: (id: number) => Promise<unknown> };
}
interface Given {
  project: Ref<number>;
  branch: Ref<string>;
  reel: Ref<ReelShot[]>;
  cut: Ref<Cut | null>;
  /** Whether it is known by now which cuts there are. */
  isKnown: Ref<boolean>;
  rate: Ref<number>;
  verbs: Saving;
}
/** Whose edits come one after the other: where its cut is, whatever is looked at by the time. */
interface Line {
  readonly project: number;
  readonly branch: string;
  cut: Cut | null; // as it was last known to the edits
  known: State[]; // what may be saved without anybody else's doing: an answer can be lost
  newest: number;
}
/** What is not saved yet. It stays where the service is away, or somebody else was faster. */
interface Pending {
  readonly line: Line;
  readonly number: number;
  readonly state: State;
  readonly trouble: "unsaved" | "overtaken" | null;
}

/** Where there is a newer edit, that says all that an older one would. */
const isNewest = ({ line, number }: Pending): boolean => number === line.newest;
const stateOf = (cut: Cut | null): State => (!cut || cut.follows_branch ? null : cut.items.map(plainItem));
const isAlike = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export function useCutting({ project, branch, reel, cut, isKnown, rate, verbs }: Given) {
  const history = useHistory();
  const pending = shallowRef<Pending | null>(null);
  const preview = ref<Item[] | null>(null); // what a hand is about to do
  const saved = computed<State>(() => stateOf(cut.value));
  const state = computed(() => (pending.value ? pending.value.state : saved.value));
  const items = computed(() => state.value ?? branchItems(reel.value));
  const placed = (of: Item[]) => laidOut(of, reel.value, rate.value);
  const places = computed(() => placed(preview.value ?? items.value));
  const settled = computed(() => placed(items.value));
  const theirs = computed(() => placed(saved.value ?? branchItems(reel.value)));
  const trouble = computed(() => pending.value?.trouble ?? null);
  const isSaving = computed(() => pending.value !== null && trouble.value === null);
  const begun = (): Line => ({
    project: project.value, branch: branch.value, cut: cut.value, known: [saved.value], newest: 0,
  });
  let line = begun();
  let own: State = null; // what was saved from here
  let saving: Promise<void> = Promise.resolve(); // one edit after the other, whatever each waits for

  /** The line's cut; a branch that has none gets one with its first edit. */
  async function there(of: Line): Promise<Cut> {
    if (!of.cut) {
      const { project, branch } = of;
      const made = await verbs.create.mutateAsync({ name: words.cut.first(branch), project, branch });
      forgetEdit(of); // it is kept as the made one's from now on
      of.cut = made;
    }
    return of.cut;
  }
  function settle(edit: Pending, next: Pending | null): void {
    if (!isNewest(edit)) {
      return;
    }
    if (!next && isAlike(editKept(edit.line)?.state, edit.state)) {
      forgetEdit(edit.line); // what another visit keeps by now is not saved yet
    }
    if (pending.value?.line === edit.line) {
      pending.value = next;
    }
  }
  async function put(edit: Pending): Promise<void> {
    const { line: of, state: next } = edit;
    if (!isNewest(edit)) {
      return;
    }
    try {
      const known = await there(of);
      if (!isNewest(edit)) {
        return; // by now: what is kept is the newer one's
      }
      of.known = [...of.known.filter((one) => !isAlike(one, next)), next];
      keepEdit(of, { state: next, known: of.known });
      of.cut = await verbs.update.mutateAsync({ known, change: { items: next } });
      of.known = [next];
      own = of === line ? stateOf(of.cut) : own;
      settle(edit, null);
    } catch (error) {
      refuse(edit, error); // It was told already.
    }
  }
  function refuse(edit: Pending, error: unknown): void {
    if (error instanceof Overtaken) {
      settle(edit, { ...edit, trouble: "overtaken" });
    } else if (!isRefusal(error)) {
      settle(edit, { ...edit, trouble: "unsaved" });
    } else if (isNewest(edit)) {
      settle(edit, null);
      if (edit.line === line) {
        history.backTo(saved.value);
      }
    }
  }
  function current(): Line {
    if (!pending.value) {
      line.cut = cut.value;
      line.known = [saved.value];
    }
    return line;
  }
  function save(next: State): void {
    const of = current();
    const edit: Pending = { line: of, number: ++of.newest, state: next, trouble: null };
    pending.value = edit;
    keepEdit(of, { state: next, known: of.known });
    saving = saving.then(() => put(edit));
  }
  /** Once more, as it is. */
  function retry(): void {
    if (pending.value) {
      save(pending.value.state);
    }
  }
  function takeTheirs(): void {
    forgetEdit(line);
    pending.value = null;
    history.forget();
  }
  /** Over what somebody else made of the cut, which was shown. */
  function saveMine(): void {
    line.cut = cut.value;
    line.known = [saved.value];
    retry();
  }
  /** Goes on with an edit that was left before it was saved; over nobody else's unasked. */
  function takeUp(): void {
    const of = current();
    const kept = editKept(of);
    forgetEdit(of);
    if (!kept || isAlike(kept.state, saved.value)) {
      return;
    }
    history.note(saved.value);
    const isTheirs = !kept.known.some((one) => isAlike(one, saved.value));
    of.known = kept.known;
    pending.value = { line: of, number: ++of.newest, state: kept.state, trouble: isTheirs ? "overtaken" : "unsaved" };
    if (isTheirs) {
      keepEdit(of, kept);
    } else {
      retry();
      say(words.cut.tookUp);
    }
  }

  function become(next: State): void {
    preview.value = null;
    if (!isAlike(next, state.value)) {
      history.note(state.value);
      save(next);
    }
  }
  function edit(next: Item[]): void {
    if (isAlike(next, items.value)) {
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
    const of = current();
    await saving; // the film is of what is shown
    if (pending.value?.line === of) {
      return; // what is shown could not be saved
    }
    try {
      await verbs.assemble.mutateAsync((await there(of)).id);
    } catch {
      // It was told already.
    }
  }

  watch(
    () => [project.value, branch.value, cut.value?.id, isKnown.value] as const,
    ([of, name, id, isThere], [other, old, before]) => {
      // The first edit of a branch makes its cut: that is no other one.
      if (of !== other || name !== old || (before !== undefined && id !== before)) {
        history.forget();
        preview.value = null;
        pending.value = null;
        line = begun();
      }
      if (isThere && !pending.value) {
        takeUp();
      }
    },
  );
  if (isKnown.value) {
    takeUp();
  }
  watch(saved, (now) => {
    if (!pending.value && !isAlike(now, own)) {
      history.forget(); // an undo would take back what somebody else did since
    }
  });

  const canUndo = computed(() => history.past.value.length > 0);
  const canRedo = computed(() => history.future.value.length > 0);
  return {
    items, places, settled, theirs, preview, state, isSaving, trouble, canUndo, canRedo,
    edit, become, undo, redo, assemble, retry, takeTheirs, saveMine,
  };
}
