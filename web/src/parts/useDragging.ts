// Dragging a scene to another place of the board; a selected one takes the others with it.
import { ref } from "vue";
import type { SceneCard } from "../api/client";

interface Board {
  cards: () => SceneCard[];
  isFree: () => boolean;
  move: (scene: number, before: number | null) => void;
}

export function useDragging(board: Board) {
  const dragged = ref<number | null>(null);
  const target = ref<number | null>(null);

  function start(event: DragEvent, card: SceneCard): void {
    if (!board.isFree()) {
      event.preventDefault();
      return;
    }
    dragged.value = card.id;
    event.dataTransfer?.setData("text/plain", String(card.scene_number));
  }

  function over(event: DragEvent, card: SceneCard): void {
    if (dragged.value === null) {
      return;
    }
    event.preventDefault();
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const isAfter = event.clientX > box.left + box.width / 2;
    const cards = board.cards();
    const next = cards[cards.findIndex((other) => other.id === card.id) + 1];
    target.value = isAfter ? (next?.id ?? null) : card.id;
  }

  function drop(): void {
    if (dragged.value !== null && dragged.value !== target.value) {
      board.move(dragged.value, target.value);
    }
    stop();
  }

  const stop = (): void => void (dragged.value = target.value = null);

  return { dragged, target, start, over, drop, stop };
}
