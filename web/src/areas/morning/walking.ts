// Walking over tiles by keys: which one is beside another, above it, or below. Pure.
export interface Place {
  x: number;
  y: number;
}

export type Direction = "left" | "right" | "up" | "down";

const DIRECTIONS: Record<string, Direction> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  h: "left",
  l: "right",
  k: "up",
  j: "down",
};

/** The direction of an arrow, or of h, j, k and l. */
export const directionOf = (key: string): Direction | undefined =>
  DIRECTIONS[key.length === 1 ? key.toLowerCase() : key];

/** The tile that a step leads to; the same where there is none. Left and right go on over rows. */
export function beside(places: readonly Place[], from: number, direction: Direction): number {
  const here = places[from];
  if (!here) {
    return places.length ? 0 : -1;
  }
  if (direction === "left" || direction === "right") {
    const next = from + (direction === "left" ? -1 : 1);
    return places[next] ? next : from;
  }
  const way = direction === "up" ? -1 : 1;
  const rows = places.filter((place) => (place.y - here.y) * way > 0).map((place) => place.y * way);
  const row = Math.min(...rows) * way;
  let found = from;
  for (const [n, place] of places.entries()) {
    const nearest = found === from ? Infinity : Math.abs((places[found]?.x ?? 0) - here.x);
    if (place.y === row && Math.abs(place.x - here.x) < nearest) {
      found = n;
    }
  }
  return found;
}
