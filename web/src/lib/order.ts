// The order of things that are dragged, or moved by keys. Pure.
interface HasId {
  id: number;
}

/** The list with one of them put before another, or at the end. */
export function movedBefore<T extends HasId>(list: readonly T[], id: number, before: number | null): T[] {
  const one = list.find((other) => other.id === id);
  if (!one || id === before) {
    return [...list];
  }
  const others = list.filter((other) => other !== one);
  const place = before === null ? others.length : others.findIndex((other) => other.id === before);
  return place < 0 ? [...list] : others.toSpliced(place, 0, one);
}

/** Those between the first and the last that have another place now, in their new order. */
export function changed<T extends HasId>(before: readonly T[], after: readonly T[]): number[] {
  const first = before.findIndex((one, n) => one.id !== after[n]?.id);
  const last = before.findLastIndex((one, n) => one.id !== after[n]?.id);
  return first < 0 ? [] : after.slice(first, last + 1).map((one) => one.id);
}
