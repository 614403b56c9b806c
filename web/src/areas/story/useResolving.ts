// Resolving the conflicts of a merge: what there is, what was chosen, and what it comes to.
import { computed, onScopeDispose, ref, watch, type Ref } from "vue";
import { useMerge, useTrial } from "../../queries/merging";
import {
  contentOf,
  dropAnswers,
  isResolved,
  keepAnswers,
  keptAnswers,
  resolutionsOf,
  type Answers,
  type Choice,
  type Conflict,
  type Resolutions,
} from "./answers";

const PAUSE_MS = 350; // in somebody's typing, until it is looked at what that comes to

export function useResolving(project: Ref<number>, target: Ref<number>, source: Ref<number>) {
  const answers = ref<Answers>(keptAnswers(target.value, source.value));
  // To resolve one may bring up another: a scene that stays needs a shot. They count while the
  // first dry run is what it was.
  const later = ref<Conflict[]>([]);
  const first = useTrial(project, target, source, {});
  const conflicts = computed(() => {
    const found = first.data.value?.conflicts ?? [];
    return [...found, ...later.value.filter((one) => !found.some(({ id }) => id === one.id))];
  });
  const isDone = computed(
    () => first.data.value !== undefined && conflicts.value.every((one) => isResolved(one, answers.value)),
  );
  const resolutions = computed(() => resolutionsOf(conflicts.value, answers.value));
  const settled = ref<Resolutions | null>(null);
  const last = useTrial(project, target, source, settled);
  const resolved = computed(() => conflicts.value.filter((one) => isResolved(one, answers.value)).length);
  const merge = useMerge(project, target, source);

  let pause = 0;
  watch(
    () => (isDone.value ? resolutions.value : null),
    (now) => {
      window.clearTimeout(pause);
      pause = window.setTimeout(() => (settled.value = now), now && settled.value ? PAUSE_MS : 0);
    },
    { immediate: true },
  );
  onScopeDispose(() => window.clearTimeout(pause));
  watch(first.data, () => (later.value = []));
  watch(last.data, (outcome) => {
    const known = new Set(conflicts.value.map(({ id }) => id));
    later.value.push(...(outcome?.conflicts ?? []).filter(({ id }) => !known.has(id)));
  });

  function answer(conflict: Conflict, choice: Choice, text?: string): void {
    const of = contentOf(conflict);
    const given = text === undefined ? { choice, of } : { choice, of, text };
    answers.value = { ...answers.value, [conflict.id]: given };
    keepAnswers(target.value, source.value, answers.value);
  }

  /** Whether the last dry run is of what is chosen now: while it is made anew, it is of before. */
  const isShown = computed(
    () =>
      isDone.value &&
      last.data.value !== undefined &&
      !last.isPlaceholderData.value &&
      last.error.value === null &&
      JSON.stringify(settled.value) === JSON.stringify(resolutions.value),
  );

  /** Merges what the last dry run showed; the service refuses where a branch moved since. */
  async function finish(): Promise<boolean> {
    const at = last.data.value?.at;
    if (!isShown.value || !at) {
      return false;
    }
    const { applied } = await merge.mutateAsync({ at, resolutions: resolutions.value });
    dropAnswers(target.value, source.value);
    return applied;
  }

  return { answers, first, last, conflicts, resolved, isDone, isShown, merge, answer, finish };
}
