// Dragging a thing to another place of its list.
import { ref } from "vue";

interface Dragged<T> {
  list: () => T[];
  /** How one follows another: in a row, or under it. */
  goes: "across" | "down";
  /** What another program gets that it is dropped on. */
  text: (one: T) => string;
  isFree?: () => boolean;
  move: (id: number, before: number | null) => void;
}

export function useDragging<T extends { id: number }>(things: Dragged<T>) {
  const dragged = ref<number | null>(null);
  const target = ref<number | null | undefined>(); // null is behind the last

  function start(event: DragEvent, one: T): void {
    if (things.isFree && !things.isFree()) {
      event.preventDefault();
      return;
    }
    dragged.value = one.id;
    event.dataTransfer?.setData("text/plain", things.text(one));
  }

  function over(event: DragEvent, one: T): void {
    if (dragged.value === null) {
      return;
    }
    event.preventDefault();
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const isAfter =
      things.goes === "across"
        ? event.clientX > box.left + box.width / 2
        : event.clientY > box.top + box.height / 2;
    const list = things.list();
    const next = list[list.findIndex((other) => other.id === one.id) + 1];
    target.value = isAfter ? (next?.id ?? null) : one.id;
  }

  function drop(): void {
    if (dragged.value !== null && target.value !== undefined && target.value !== dragged.value) {
      things.move(dragged.value, target.value);
    }
    stop();
  }

  function stop(): void {
    dragged.value = null;
    target.value = undefined;
  }

  return { dragged, target, start, over, drop, stop };
}
