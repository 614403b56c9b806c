// Words that are written and not saved yet: they survive a reload, a crash, and a service gone.
import { forget, keep, kept } from "./kept";

/** What somebody wrote, and the text that they began from. */
export interface Draft {
  text: string;
  base: string;
}

const key = (of: string): string => `draft:${of}`;

/** The unsaved words for something, such as `scene:7:description`. */
export function draftOf(of: string): Draft | null {
  const stored = kept(key(of));
  if (stored === null) {
    return null;
  }
  try {
    const draft: unknown = JSON.parse(stored);
    return isDraft(draft) ? draft : null;
  } catch {
    return null;
  }
}

/** Keeps what is written; what is again as it was at first needs no keeping. */
export function keepDraft(of: string, draft: Draft): void {
  if (draft.text === draft.base) {
    forget(key(of));
  } else {
    keep(key(of), JSON.stringify(draft));
  }
}

export const dropDraft = (of: string): void => forget(key(of));

/** Whether the saved text is another by now than the one that a draft began from. */
export const isOvertaken = (draft: Draft, saved: string): boolean =>
  draft.base !== saved && draft.text !== saved;

function isDraft(value: unknown): value is Draft {
  return (
    typeof value === "object" &&
    value !== null &&
    "text" in value &&
    typeof value.text === "string" &&
    "base" in value &&
    typeof value.base === "string"
  );
}
