// Why something is stale, of what the service tells in English: the few forms of its sentences are
// those of src/tower_anime/renders/manifest.py. What has none of them stays as it came.

export interface CauseWords {
  /** What the pieces of a plan are called, such as `negative prompt`. */
  pieces: Record<string, string>;
  none: string;
  joined: (whose: string) => string;
  left: (whose: string) => string;
  added: (what: string) => string;
  gone: (what: string) => string;
  versions: (whose: string, before: string, after: string, what: string) => string;
  of: (whose: string, what: string) => string;
}

type Form = [pattern: RegExp, told: (words: CauseWords, ...found: string[]) => string | undefined];

const name = (words: CauseWords, of = ""): string =>
  words.pieces[of] ?? (of === "None" || of === "none" ? words.none : of);

const FORMS: Form[] = [
  [/^(.+): now in the shot$/, (words, whose = "") => words.joined(whose)],
  [/^(.+): no longer in the shot$/, (words, whose = "") => words.left(whose)],
  [
    /^(.+): (?:version )?(\S+) → (\S+) \((.+)\)$/,
    (words, whose, before, after, what) =>
      words.versions(name(words, whose), name(words, before), name(words, after), name(words, what)),
  ],
  [/^(?:(.+): )?([^:]+?):? (added|gone)$/, (words, whose, what, how) => {
    const piece = whose ? words.of(name(words, whose), name(words, what)) : name(words, what);
    return how === "added" ? words.added(piece) : words.gone(piece);
  }],
  [/^([^:]+): (.+ → .+)$/, (words, what = "", change = "") => words.pieces[what] && words.of(name(words, what), change)],
  [/^(.+): ([^:]+)$/, (words, whose, what = "") => words.pieces[what] && words.of(name(words, whose), name(words, what))],
  [/^([^:]+)$/, (words, what = "") => words.pieces[what]],
];

/** Tells causes in a language. */
export const causesIn =
  (words: CauseWords) =>
  (text: string): string => {
    for (const [pattern, told] of FORMS) {
      const found = pattern.exec(text);
      const sentence = found && told(words, ...found.slice(1));
      if (sentence) {
        return sentence;
      }
    }
    return text;
  };
