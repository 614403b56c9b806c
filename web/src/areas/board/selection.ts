// Which of several things are chosen, as file managers have it. Pure.

export interface Selection {
  readonly ids: ReadonlySet<number>;
  /** Where a range begins that is chosen next. */
  readonly anchor: number | null;
}

export const NOTHING: Selection = { ids: new Set(), anchor: null };

/** With one more chosen, or one less. */
export function toggled(now: Selection, id: number): Selection {
  const ids = new Set(now.ids);
  if (!ids.delete(id)) {
    ids.add(id);
  }
  return { ids, anchor: id };
}

/** With everything from the anchor to a thing, as they stand in order; what else is chosen stays. */
export function extended(now: Selection, order: readonly number[], to: number): Selection {
  const [from, end] = [order.indexOf(now.anchor ?? to), order.indexOf(to)];
  if (end < 0) {
    return now;
  }
  const first = from < 0 ? end : from;
  const range = order.slice(Math.min(first, end), Math.max(first, end) + 1);
  return { ids: new Set([...now.ids, ...range]), anchor: order[first] ?? to };
}

/**
 * With the range from the anchor grown or shrunk by a step of the keyboard, from one thing to the
 * one beside it: what is left behind, walking back to the anchor, is chosen no more.
 */
export function walked(now: Selection, order: readonly number[], from: number, to: number): Selection {
  const anchor = now.ids.size && now.anchor !== null ? now.anchor : from;
  const places = new Map(order.map((id, place) => [id, place]));
  const distance = (id: number): number => Math.abs((places.get(id) ?? 0) - (places.get(anchor) ?? 0));
  if (distance(to) >= distance(from)) {
    return extended({ ids: now.ids, anchor }, order, to);
  }
  const [start, end] = [order.indexOf(from), order.indexOf(to)];
  const left = new Set(start < end ? order.slice(start, end) : order.slice(end + 1, start + 1));
  return { ids: new Set([...now.ids].filter((id) => !left.has(id))), anchor };
}

export const whole = (order: readonly number[]): Selection => ({
  ids: new Set(order),
  anchor: order[0] ?? null,
});

/** Without what is not there any more; the same selection where all of it is. */
export function still(now: Selection, order: readonly number[]): Selection {
  if (!now.ids.size) {
    return now;
  }
  const there = new Set(order);
  const ids = new Set([...now.ids].filter((id) => there.has(id)));
  return ids.size === now.ids.size ? now : { ids, anchor: now.anchor };
}
