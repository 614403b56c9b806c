/** Which scenes a board shows. */
export const SHOWS = ["all", "judging", "missing", "stale", "rendering", "failed"] as const;

export type Show = (typeof SHOWS)[number];
