// Editing a text that is saved elsewhere: what is typed is kept until it is saved or discarded, and
// nothing that somebody else wrote meanwhile is replaced unasked.
import { computed, ref, type Ref } from "vue";
import { draftOf, dropDraft, isOvertaken, keepDraft, type Draft } from "./drafts";

interface Edited {
  readonly of: string;
  readonly value: string;
  readonly save: (text: string) => Promise<unknown>;
}

export function useDraftedEdit(edited: Edited, editing: Ref<boolean>) {
  const draft = ref<Draft | null>(draftOf(edited.of));
  const sent = ref<string | null>(null); // what is on its way to be saved
  const text = computed(() => draft.value?.text ?? edited.value);
  const isUnsaved = computed(() => draft.value !== null && draft.value.text !== edited.value);
  const isSaving = computed(() => sent.value !== null);
  const overtaken = computed(
    () => draft.value !== null && edited.value !== sent.value && isOvertaken(draft.value, edited.value),
  );

  const begin = (): void => {
    draft.value ??= { text: edited.value, base: edited.value };
  };

  function write(now: string): void {
    draft.value = { base: draft.value?.base ?? edited.value, text: now };
    keepDraft(edited.of, draft.value);
  }

  function discard(): void {
    dropDraft(edited.of);
    draft.value = null;
    editing.value = false;
  }

  /** Saves, unless somebody wrote something else meanwhile. Whether it is over. */
  async function finish(force = false): Promise<boolean> {
    if (sent.value !== null) {
      return false; // what is shown as saved may yet be refused
    }
    if (text.value === edited.value) {
      discard();
      return true;
    }
    if (overtaken.value && !force) {
      return false;
    }
    const now = text.value;
    sent.value = now;
    try {
      await edited.save(now);
      return settle(now);
    } catch {
      return false; // It was told already; the draft stays.
    } finally {
      sent.value = null;
    }
  }

  /** Ends the editing of what is saved by now; what was typed after it was sent stays. */
  function settle(saved: string): boolean {
    if (draft.value && draft.value.text !== saved) {
      draft.value = { base: saved, text: draft.value.text };
      keepDraft(edited.of, draft.value);
      return false;
    }
    discard();
    return true;
  }

  /** Finishes once the keyboard has left. */
  function leave(event: FocusEvent): void {
    const next = event.relatedTarget;
    if (!(next instanceof Node && (event.currentTarget as Node).contains(next))) {
      void finish();
    }
  }

  return { text, isUnsaved, isSaving, overtaken, begin, write, discard, finish, leave };
}
