// The speeds of J, K and L, as on an editing desk. Pure.
const FASTEST = 4;

/** The speed after a key: L forwards, J backwards, each again for double; K stops. */
export function shuttled(speed: number, key: "j" | "k" | "l"): number {
  if (key === "k") {
    return 0;
  }
  const direction = key === "l" ? 1 : -1;
  return speed * direction > 0 ? direction * Math.min(FASTEST, Math.abs(speed) * 2) : direction;
}

export const SPEEDS = [0.25, 0.5, 1, 2] as const;

/** The frame after another, or where it comes round in a loop. */
export const stepped = (frame: number, by: number, count: number): number =>
  Math.min(Math.max(0, frame + by), count - 1);
