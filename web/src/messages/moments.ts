// How a language writes moments. A format takes a browser tens of milliseconds to make, so that
// each is made when it is first read.
const FORMATS = {
  day: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  shortDay: { day: "numeric", month: "short" },
  clock: { hour: "2-digit", minute: "2-digit" },
  hour: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

type Kind = keyof typeof FORMATS;

/** Writes a moment in a language as a kind of format does: `write("day", new Date())`. */
export function momentsIn(language: string): (kind: Kind, moment: Date | string) => string {
  const made = new Map<Kind, Intl.DateTimeFormat>();
  return (kind, moment) => {
    const format = made.get(kind) ?? new Intl.DateTimeFormat(language, FORMATS[kind]);
    made.set(kind, format);
    return format.format(new Date(moment));
  };
}
