// The order of things that are dragged, or moved by keys. Pure.
interface HasId {
  id: number;
}

/** The list with some of them moved together before another, or to the end. */
export function moved<T extends HasId>(list: T[], ids: ReadonlySet<number>, before: number | null): T[] {
  const place = before === null ? list.length : list.findIndex((one) => one.id === before);
  if (place < 0) {
    return list;
  }
  const isMoved = (one: T): boolean => ids.has(one.id);
  const isLeft = (one: T): boolean => !ids.has(one.id);
  return [
    ...list.slice(0, place).filter(isLeft),
    ...list.filter(isMoved),
    ...list.slice(place).filter(isLeft),
  ];
}

/** Before which some of them come when they go a step earlier or later; undefined: no step. */
export function besides(
  list: readonly HasId[],
  ids: ReadonlySet<number>,
  step: -1 | 1,
): number | null | undefined {
  const isMoved = (one: HasId): boolean => ids.has(one.id);
  if (step < 0) {
    return list[list.findIndex(isMoved) - 1]?.id;
  }
  const last = list.findLastIndex(isMoved);
  return last < 0 || last === list.length - 1 ? undefined : (list[last + 2]?.id ?? null);
}

/**
 * Those to name in a request to reorder: all between the old and the new place, in their new order.
 * The rest keep their places.
 */
export function changed(before: readonly HasId[], after: readonly HasId[]): number[] {
  const first = before.findIndex((one, n) => one.id !== after[n]?.id);
  const last = before.findLastIndex((one, n) => one.id !== after[n]?.id);
  return first < 0 ? [] : after.slice(first, last + 1).map((one) => one.id);
}
