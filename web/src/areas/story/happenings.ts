// What the change log tells of branches, as the graph needs it. Pure.
import type { Shapes } from "../../api/client";

type Change = Shapes["Change"];

/** A point of a branch: as it was after a change. */
export interface Source {
  branch: number;
  at: number;
}

/** Where a fork or a merge comes from. */
export function sourceOf(change: Change): Source | null {
  const branch = numberIn(change.data, "source_id");
  const at = numberIn(change.data, "at");
  return branch === null || at === null ? null : { branch, at };
}

/** The changes that are taken back now: an undo that is undone itself takes nothing back. */
export function takenBack(changes: readonly Change[]): Set<number> {
  const gone = new Set<number>();
  // An undo comes after what it undoes: from the end, each is known before it counts.
  for (const change of [...changes].sort((a, b) => b.id - a.id)) {
    const of = change.verb === "undone" ? numberIn(change.data, "change_id") : null;
    if (of !== null && !gone.has(change.id)) {
      gone.add(of);
    }
  }
  return gone;
}

function numberIn(data: unknown, name: string): number | null {
  const value: unknown = typeof data === "object" && data !== null ? Reflect.get(data, name) : null;
  return typeof value === "number" ? value : null;
}
