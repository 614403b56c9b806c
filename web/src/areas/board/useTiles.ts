// Where a board's tiles are: how many columns there are, how large, and which rows are in sight.
import { useWindowVirtualizer } from "@tanstack/vue-virtual";
import { computed, nextTick, onMounted, onUnmounted, ref, watch, type Ref } from "vue";
import type { SceneCard } from "../../api/client";
import type { Density } from "./layouts";

interface Size {
  least: number; // wide
  text: number; // high, under the picture; see SceneTile.css
  gap: number;
}

const SIZES: Record<Density, Size> = {
  large: { least: 400, text: 138, gap: 24 },
  medium: { least: 264, text: 116, gap: 20 },
  small: { least: 168, text: 42, gap: 12 },
};
const PHONE = 480; // as wide, or less, two small tiles stand beside each other and others alone

export function useTiles(root: Ref<HTMLElement | null>, cards: () => SceneCard[], density: () => Density) {
  const width = ref(1200);
  const margin = ref(0);
  const size = computed(() => {
    const found = SIZES[density()];
    return width.value <= PHONE ? { ...found, least: Math.min(found.least, 264) } : found;
  });
  const columns = computed(() =>
    Math.max(1, Math.floor((width.value + size.value.gap) / (size.value.least + size.value.gap))),
  );
  const tileWidth = computed(() => (width.value - size.value.gap * (columns.value - 1)) / columns.value);
  const tileHeight = computed(() => Math.round((tileWidth.value * 9) / 16) + size.value.text);

  const virtualizer = useWindowVirtualizer(
    computed(() => ({
      count: Math.ceil(cards().length / columns.value),
      estimateSize: () => tileHeight.value + size.value.gap,
      overscan: 2,
      scrollMargin: margin.value,
      getItemKey: (index: number) => `${columns.value}:${index}`,
    })),
  );
  watch(tileHeight, () => virtualizer.value.measure());

  const sizes = new ResizeObserver(() => {
    const element = root.value;
    if (element) {
      width.value = element.clientWidth;
      margin.value = element.getBoundingClientRect().top + window.scrollY;
      virtualizer.value.measure();
    }
  });
  onMounted(() => root.value && sizes.observe(root.value));
  onUnmounted(() => sizes.disconnect());

  const placeOf = (scene: number): number => cards().findIndex((card) => card.id === scene);

  /** Brings a scene into sight, and the keyboard to it. */
  async function choose(place: number): Promise<void> {
    const card = cards()[Math.max(0, Math.min(place, cards().length - 1))];
    if (!card) {
      return;
    }
    virtualizer.value.scrollToIndex(Math.floor(placeOf(card.id) / columns.value));
    await nextTick();
    requestAnimationFrame(() =>
      root.value?.querySelector<HTMLElement>(`[data-scene="${card.id}"] [data-tile]`)?.focus(),
    );
  }

  return {
    columns,
    gap: computed(() => size.value.gap),
    tileWidth,
    tileHeight,
    margin,
    height: computed(() => virtualizer.value.getTotalSize()),
    inSight: computed(() => virtualizer.value.getVirtualItems()),
    cardsOf: (row: number) => cards().slice(row * columns.value, (row + 1) * columns.value),
    placeOf,
    choose,
  };
}
