// Edits of a cut that the service may not have yet: they survive leaving, a reload, a service gone.
import { draftOf, dropDraft, keepDraft, type Draft } from "../../lib/drafts";
import type { Item } from "./places";
import type { State } from "./useHistory";

/** Where an edit belongs: a branch that has no cut gets one with its first edit. */
export interface Where {
  readonly project: number;
  readonly branch: string;
  readonly cut: { readonly id: number } | null;
}

export interface KeptEdit {
  state: State;
  /** What the service may have without anybody else's doing. */
  known: State[];
}

const first = ({ project, branch }: Where): string => `cut:first:${project}:${branch}`;
const own = (where: Where): string => (where.cut ? `cut:${where.cut.id}` : first(where));

export const keepEdit = (where: Where, { state, known }: KeptEdit): void =>
  keepDraft(own(where), { text: JSON.stringify(state), base: JSON.stringify(known) });

/** The edit that was kept last; the first one of a branch belongs to the cut that there is by now. */
export function editKept(where: Where): KeptEdit | null {
  const draft = draftOf(own(where)) ?? draftOf(first(where));
  return draft && read(draft);
}

export function forgetEdit(where: Where): void {
  dropDraft(own(where));
  dropDraft(first(where));
}

function read({ text, base }: Draft): KeptEdit | null {
  try {
    const [state, known]: unknown[] = [JSON.parse(text), JSON.parse(base)];
    return isState(state) && Array.isArray(known) && known.every(isState) ? { state, known } : null;
  } catch {
    return null;
  }
}

const isState = (value: unknown): value is State =>
  value === null || (Array.isArray(value) && value.every(isItem));

const isItem = (value: unknown): value is Item =>
  typeof value === "object" &&
  value !== null &&
  "shot_id" in value &&
  typeof value.shot_id === "number" &&
  "duration" in value &&
  typeof value.duration === "number";
