// How near a timeline is looked at, and which part of it is in sight.
import { computed, onMounted, onUnmounted, ref, type Ref } from "vue";

const STEP = 1.5;
const NEAREST = 24; // pixels a frame
const TAIL = 26; // pixels after the end

export function useTimelineSize(scroller: Ref<HTMLElement | null>, total: Ref<number>, rate: () => number) {
  const left = ref(0);
  const width = ref(1000);
  const chosen = ref<number | null>(null); // pixels a frame; null: all of it is in sight
  const whole = computed(() => (width.value - TAIL) / Math.max(total.value, rate() * 4));
  const scale = computed(() => chosen.value ?? whole.value);

  const sizes = new ResizeObserver(() => (width.value = scroller.value?.clientWidth ?? width.value));
  const scrolled = (): void => {
    left.value = scroller.value?.scrollLeft ?? 0;
  };
  onMounted(() => {
    if (scroller.value) {
      sizes.observe(scroller.value);
      scroller.value.addEventListener("scroll", scrolled, { passive: true });
    }
  });
  onUnmounted(() => sizes.disconnect());

  /** Nearer for 1, farther for -1; the frame stays where it is in sight. */
  function zoom(by: 1 | -1, frame: number): void {
    const before = scale.value;
    const next = Math.min(NEAREST, before * (by > 0 ? STEP : 1 / STEP));
    chosen.value = next <= whole.value ? null : next;
    const inSight = frame * before - left.value;
    window.requestAnimationFrame(() => {
      if (scroller.value) {
        scroller.value.scrollLeft = frame * scale.value - inSight;
      }
    });
  }
  const showAll = (): void => {
    chosen.value = null;
  };
  return { scale, left, width, zoom, showAll };
}
