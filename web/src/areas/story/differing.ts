// Which differences of two branches are shown, and how each side reads. Pure.
import type { SceneCard, Shapes } from "../../api/client";
import { mediumOf } from "./telling";

export type SceneDifference = Shapes["SceneDifference"];
export type ShotDifference = Shapes["ShotDifference"];
export type FieldDifference = Shapes["FieldDifference"];
export type WordChange = Shapes["WordChange"];
export type Side = "ours" | "theirs";
export type Kind = SceneDifference["change"];

export const KINDS: readonly Kind[] = ["changed", "added", "removed", "moved"];

/** How many scenes there are of each kind. */
export function counted(scenes: readonly SceneDifference[]): Record<Kind, number> {
  const counts: Record<Kind, number> = { added: 0, removed: 0, changed: 0, moved: 0 };
  scenes.forEach((scene) => counts[scene.change]++);
  return counts;
}

/** The words of a side: what both have, and what only this one has. */
export const wordsOf = (words: readonly WordChange[], side: Side): WordChange[] =>
  words.filter(({ change }) => change === "same" || change === (side === "ours" ? "removed" : "added"));

// Of what is on one side alone these say nothing: it has a place and a length in any case.
const PLAIN = new Set(["place", "shot_number", "status", "duration", "dialogue"]);

/** The fields worth showing, by their names. */
export function fieldsOf(of: SceneDifference | ShotDifference): [string, FieldDifference][] {
  const isOneSided = of.change === "added" || of.change === "removed";
  return Object.entries(of.fields).filter(([name]) => !(isOneSided && PLAIN.has(name)));
}

/** Whether a side has this scene or shot at all. */
export const isOn = (change: Kind, side: Side): boolean =>
  change !== (side === "ours" ? "added" : "removed");

/**
 * The medium that stands for a scene on one side: its first shot's approval, where that differs;
 * else what the board shows, if that is approved.
 */
export function posterOf(scene: SceneDifference, side: Side, card: SceneCard | undefined): string | null {
  if (!isOn(scene.change, side)) {
    return null;
  }
  const first = card?.picture?.is_approved ? card.picture.media_id : null;
  if (first) {
    return first;
  }
  return (
    scene.shots
      .flatMap((shot) => Object.entries(shot.fields))
      .map(([name, field]) => mediumOf(name, field[side]))
      .find((medium) => medium !== null) ?? null
  );
}

/** What differs word by word in the field that a conflict is about. */
export function piecesOf(
  scenes: readonly SceneDifference[],
  conflict: Pick<Shapes["ConflictShown"], "id" | "lineage" | "field">,
): WordChange[] | null {
  const of = conflict.id.startsWith("shot-") ? scenes.flatMap((scene) => scene.shots) : scenes;
  return of.find(({ lineage }) => lineage === conflict.lineage)?.fields[conflict.field]?.words ?? null;
}
