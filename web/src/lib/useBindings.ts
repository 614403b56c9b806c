// The bindings of a workflow while somebody changes them: kept until they are saved or discarded.
import { computed, ref, watch, type Ref } from "vue";
import type { Workflow } from "../api/client";
import { canonical, type Bound } from "../graph/bindings";
import { draftOf, dropDraft, isOvertaken, keepDraft } from "./drafts";

type Save = (change: { workflow: Pick<Workflow, "id" | "revision">; bindings: Bound }) => Promise<unknown>;

interface Changed {
  bound: Bound;
  /** What was saved when the change began. */
  base: string;
}

export function useBindings(workflow: Readonly<Ref<Workflow | undefined>>, send: Save) {
  const changed = ref<Changed | null>(null);
  const isSaving = ref(false);
  const saved = computed(() => workflow.value?.bindings ?? {});
  const bound = computed(() => changed.value?.bound ?? saved.value);
  const isChanged = computed(() => changed.value !== null && canonical(bound.value) !== canonical(saved.value));
  const overtaken = computed(
    () =>
      changed.value !== null &&
      isOvertaken({ base: changed.value.base, text: canonical(bound.value) }, canonical(saved.value)),
  );
  const key = (): string => `workflow:${workflow.value?.id ?? 0}:bindings`;

  watch(
    () => workflow.value?.id,
    (id) => (changed.value = id === undefined ? null : keptFor(key())),
    { immediate: true },
  );

  function change(next: Bound): void {
    const base = changed.value?.base ?? canonical(saved.value);
    changed.value = { bound: next, base };
    keep(key(), next, base);
  }

  function discard(): void {
    changed.value = null;
    dropDraft(key());
  }

  /** Saves them; over somebody else's only by force. Whether they are saved now. */
  async function save(force = false): Promise<boolean> {
    const of = workflow.value;
    if (!of || !isChanged.value || isSaving.value || (overtaken.value && !force)) {
      return false;
    }
    isSaving.value = true;
    try {
      await send({ workflow: of, bindings: bound.value });
      discard();
      return true;
    } catch {
      return false; // It was told already; the change stays.
    } finally {
      isSaving.value = false;
    }
  }

  return { bound, isChanged, overtaken, isSaving, change, discard, save };
}

function keep(key: string, bound: Bound, base: string): void {
  if (canonical(bound) === base) {
    dropDraft(key);
  } else {
    keepDraft(key, { text: JSON.stringify(bound), base });
  }
}

/** What was kept under a name; text of our own, but of an earlier version perhaps. */
function keptFor(key: string): Changed | null {
  const draft = draftOf(key);
  if (!draft) {
    return null;
  }
  try {
    const bound = JSON.parse(draft.text) as Bound;
    canonical(bound);
    return { bound, base: draft.base };
  } catch {
    dropDraft(key);
    return null;
  }
}
