// The bindings of a workflow while somebody changes them: kept until they are saved or discarded.
import { computed, ref, watch, type Ref } from "vue";
import type { Workflow } from "../../api/client";
import { canonical, type Bound } from "./bindings";
import { draftOf, dropDraft, isOvertaken, keepDraft } from "../../lib/drafts";

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
  const key = (): string => keyOf(workflow.value?.id ?? 0);

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
    const sent = bound.value;
    isSaving.value = true;
    try {
      await send({ workflow: of, bindings: sent });
      return settle(of.id, canonical(sent));
    } catch {
      return false; // It was told already; the change stays.
    } finally {
      isSaving.value = false;
    }
  }

  /** Forgets a change that is saved by now; what was changed after it was sent stays. */
  function settle(id: number, sent: string): boolean {
    if (workflow.value?.id !== id) {
      dropDraft(keyOf(id)); // another one is looked at by now
      return true;
    }
    if (changed.value && canonical(changed.value.bound) !== sent) {
      changed.value = { bound: changed.value.bound, base: sent };
      keep(key(), changed.value.bound, sent);
      return false;
    }
    discard();
    return true;
  }

  return { bound, isChanged, overtaken, isSaving, change, discard, save };
}

const keyOf = (workflow: number): string => `workflow:${workflow}:bindings`;

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
