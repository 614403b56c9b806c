/** What somebody wants with a moment of a branch: after a change, which a tag may name. */
export interface Moment {
  what: "fork" | "tag" | "compare" | "goBack";
  change?: number;
  tag?: string;
}
