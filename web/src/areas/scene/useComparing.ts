// The second take of a scene's view: which it is, how one begins and stops to compare.
import { computed, type Ref } from "vue";
import type { Medium, Take } from "../../api/client";
import { useMedium } from "../../queries/takes";

interface Given {
  strip: Ref<Take[]>;
  take: Ref<Take | null>;
  medium: Ref<Medium | undefined>;
  asked: (name: string) => number | null;
  look: (query: Record<string, number | undefined>) => unknown;
}

export function useComparing({ strip, take, medium, asked, look }: Given) {
  const isShown = (one: Take): boolean => one.media_id !== null && one.id !== take.value?.id;
  const others = computed(() => strip.value.filter(isShown));
  const other = computed(() => others.value.find((one) => one.id === asked("with")) ?? null);
  const known = useMedium(() => other.value?.media_id ?? null);
  const pair = computed<{ takes: [Take, Take]; media: [Medium, Medium] } | null>(() =>
    take.value && other.value && medium.value && known.data.value
      ? { takes: [take.value, other.value], media: [medium.value, known.data.value] }
      : null,
  );

  const stop = (): void => void look({ with: undefined });
  /** Compares with a take; without one, with the approved one, or else the next older. */
  function compare(id?: number): void {
    const chosen = others.value.find((one) => one.id === id);
    const usual =
      others.value.find((one) => one.verdict === "approved") ??
      others.value.find((one) => one.id < (take.value?.id ?? 0)) ??
      others.value[0];
    const found = id === undefined ? usual : chosen;
    if (found) {
      void look({ take: take.value?.id, with: found.id });
    }
  }
  const toggle = (): void => (other.value ? stop() : compare());
  const swap = (): void => void look({ take: other.value?.id, with: take.value?.id });
  function beside(by: number): void {
    const next = others.value[others.value.findIndex((one) => one.id === other.value?.id) + by];
    if (other.value && next) {
      void look({ with: next.id });
    }
  }
  return { other, others, pair, compare, stop, toggle, swap, beside };
}
