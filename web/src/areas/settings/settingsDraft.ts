// A project's settings while somebody changes them: only the changed fields are kept, each with what
// stood there before. So others' changes of other fields come in, and of the same are told. Pure.
import { FIELDS, isAlike, picked, type Field, type Settings } from "../../lib/projectSettings";
import type { Draft } from "../../lib/drafts";

type Fields = Partial<Settings>;

export interface SettingsDraft {
  readonly mine: Fields;
  readonly base: Fields;
}

export const NONE: SettingsDraft = { mine: {}, base: {} };

const of = (fields: Fields): Field[] => FIELDS.filter((field) => field in fields);

const keeping = ({ mine, base }: SettingsDraft, isKept: (field: Field) => boolean): SettingsDraft => {
  const fields = of(mine).filter(isKept);
  return { mine: picked(mine, fields), base: picked(base, fields) };
};

/** The draft with fields set to what is typed; what is again as it was needs no keeping. */
export function changed(draft: SettingsDraft, fields: Fields, saved: Settings): SettingsDraft {
  const base = { ...picked(saved, of(fields)), ...draft.base };
  const mine = { ...draft.mine, ...fields };
  return keeping({ mine, base }, (field) => !isAlike(mine[field], base[field]));
}

/** The fields that would change something if they were saved. */
export const unsaved = ({ mine }: SettingsDraft, saved: Settings): Field[] =>
  of(mine).filter((field) => !isAlike(mine[field], saved[field]));

/** The fields that somebody else has set to something else meanwhile. */
export const overtaken = (draft: SettingsDraft, saved: Settings): Field[] =>
  unsaved(draft, saved).filter((field) => !isAlike(draft.base[field], saved[field]));

export const without = (draft: SettingsDraft, field: Field): SettingsDraft =>
  keeping(draft, (other) => other !== field);

/** The draft of somebody who has seen what others set a field to, and stays with their own. */
export const rebased = (draft: SettingsDraft, field: Field, saved: Settings): SettingsDraft => ({
  ...draft,
  base: { ...draft.base, ...picked(saved, [field]) },
});

/** What is left once `sent` is saved: what was typed while it was on its way. */
export const afterSaving = (draft: SettingsDraft, sent: Fields): SettingsDraft =>
  keeping(
    { ...draft, base: { ...draft.base, ...sent } },
    (field) => !(field in sent) || !isAlike(draft.mine[field], sent[field]),
  );

export const asDraft = ({ mine, base }: SettingsDraft): Draft => ({
  text: JSON.stringify(mine),
  base: JSON.stringify(base),
});

/** A kept draft; text of our own, but of an earlier version perhaps, which kept all fields. */
export function fromDraft(kept: Draft | null): SettingsDraft {
  try {
    const [mine, base] = [fieldsIn(kept?.text), fieldsIn(kept?.base)];
    return keeping({ mine, base }, (field) => field in base && !isAlike(mine[field], base[field]));
  } catch {
    return NONE;
  }
}

function fieldsIn(text = "{}"): Fields {
  const read: unknown = JSON.parse(text);
  return typeof read === "object" && read !== null ? read : {};
}
