// Names: in a list that somebody types or reads, and in order.
import { locale } from "../messages";

/** The names in a list that somebody typed, each once. Japanese and Chinese commas count too. */
export const namesIn = (typed: string): string[] => [
  ...new Set(
    typed
      .split(/[,、，\n]/)
      .map((name) => name.trim())
      .filter(Boolean),
  ),
];

// As short as `namesIn` can read: commas alone, without an "and".
const list = new Intl.ListFormat(locale, { type: "conjunction", style: "narrow" });
const collator = new Intl.Collator(locale, { numeric: true });

/** Things in a row, with the commas of the reader's language. */
export const listed = (things: readonly string[]): string => list.format(things);

/** The order of two names in the reader's language; `2` comes before `10`. */
export const inOrder = (a: string, b: string): number => collator.compare(a, b);
