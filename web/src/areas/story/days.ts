// A history by days, as the reader's clock has them. Pure.
import type { Shapes } from "../../api/client";
import { grouped } from "../../lib/grouped";
import { words } from "../../messages";

type Change = Shapes["Change"];

/** Changes under the days that they happened on; a change that came twice is one. */
export function byDay(changes: readonly Change[], now: number): [string, Change[]][] {
  const once = [...new Map(changes.map((change) => [change.id, change])).values()];
  once.sort((a, b) => b.id - a.id);
  return [...grouped(once, (change) => nameOfDay(new Date(change.at), new Date(now)))];
}

function nameOfDay(day: Date, now: Date): string {
  const before = new Date(now);
  before.setDate(now.getDate() - 1);
  if (day.toDateString() === now.toDateString()) {
    return words.history.today;
  }
  return day.toDateString() === before.toDateString() ? words.history.yesterday : words.history.day(day);
}

// What the service can take back. Takes are judged anew, tags stay, and what was rendered is there.
const ALWAYS = new Set(["scene", "shot", "branch"]);
const WHERE_WRITTEN = new Set(["cut", "character", "project", "workflow"]);
const WRITTEN = new Set(["created", "changed", "deleted", "restored"]);

export const canBeUndone = ({ subject, verb }: Change): boolean =>
  ALWAYS.has(subject) || (WHERE_WRITTEN.has(subject) && WRITTEN.has(verb));
