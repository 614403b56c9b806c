// What the palette shows for what is typed: the best of each kind, the best kinds first. Pure.
import { fuzzy } from "./fuzzy";
import { plain } from "../../lib/plain";

interface Found<T> {
  item: T;
  score: number;
}

const MOST_OF_KIND = 7;
const WHOLE = 100; // for a scene whose number is just what was typed
const BESIDE = 0.5; // what is said beside a name counts less than the name

interface Named {
  text: string;
  beside: string;
}

/** How well a thing fits; null where it does not. Its own name counts most. */
export function fit(wanted: string, { text, beside }: Named): number | null {
  const digits = /^#?(\d+)$/.exec(wanted.trim());
  if (digits && text.endsWith(` ${digits[1]}`)) {
    return WHOLE;
  }
  const own = fuzzy(wanted, text)?.score;
  if (own !== undefined) {
    return own;
  }
  // Of long words only whole parts are meant: letters alone are in every one.
  const parts = plain(wanted.trim()).split(/\s+/).filter(Boolean);
  const all = plain(`${text} ${beside}`);
  return parts.every((part) => all.includes(part)) ? parts.join("").length * BESIDE : null;
}

export function found<K extends string, T extends Named>(
  items: Record<K, readonly T[]>,
  kinds: readonly K[],
  wanted: string,
): { kind: K; items: T[] }[] {
  const groups = kinds.map((kind) => {
    const fitting: Found<T>[] = items[kind].flatMap((item) => {
      const score = wanted.trim() ? fit(wanted, item) : 0;
      return score === null ? [] : [{ item, score }];
    });
    const best = fitting.sort((a, b) => b.score - a.score).slice(0, MOST_OF_KIND);
    return { kind, items: best.map((one) => one.item), score: best[0]?.score ?? 0 };
  });
  return groups
    .filter((group) => group.items.length)
    .sort((a, b) => b.score - a.score)
    .map(({ kind, items: best }) => ({ kind, items: best }));
}
