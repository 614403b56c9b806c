// A run as it is looked at in the morning: what came out, what failed and why, what is to be chosen. Pure.
import type { RunShot, Take } from "../../api/client";
import { grouped } from "../../lib/grouped";
import { isOver } from "../../lib/judging";

export interface SheetShot {
  shot: RunShot;
  takes: Take[];
}

export interface SheetScene {
  id: number;
  number: number;
  episode: number | null;
  words: string;
  shots: SheetShot[];
}

/** Takes that failed for the same reason: the same words, at the same node. */
export interface Failure {
  title: string;
  node: string | null;
  details: string[];
  takes: Take[];
}

/** A stage of a shot with takes to choose from, since nobody has yet; or not since they came out. */
export interface Choice {
  shot: RunShot;
  stage: string;
  takes: Take[];
  /** Whether the shot has an approved take that is older than all of these. */
  hasOlder: boolean;
}

/** Whether a take that failed was asked for again: then its failure matters no more. */
export const isTriedAgain = (take: Take, takes: readonly Take[]): boolean =>
  take.status === "failed" &&
  takes.some(
    (other) =>
      other.id > take.id &&
      other.shot_id === take.shot_id &&
      other.stage === take.stage &&
      (take.digest === null || (other.seed === take.seed && other.digest === take.digest)),
  );

/** The takes that are still to be looked at: not those that were stopped, or begun anew. */
export const looked = (takes: readonly Take[]): Take[] =>
  takes
    .filter((take) => take.status !== "cancelled" && !isTriedAgain(take, takes))
    .sort((a, b) => a.id - b.id);

/** The takes by scene and shot, in the order of the story. */
export function sheetOf(shots: readonly RunShot[], takes: readonly Take[]): SheetScene[] {
  const ofShot = grouped(takes, (take) => take.shot_id);
  const scenes = grouped(
    shots.filter((shot) => ofShot.has(shot.shot_id)),
    (shot) => shot.scene_id,
  );
  return [...scenes.values()].flatMap((of) => {
    const [first] = of;
    return first
      ? {
          id: first.scene_id,
          number: first.scene_number,
          episode: first.episode,
          words: first.scene,
          shots: of.map((shot) => ({ shot, takes: ofShot.get(shot.shot_id) ?? [] })),
        }
      : [];
  });
}

/** The failed takes by what they failed of, the most frequent first. */
export function failuresOf(takes: readonly Take[]): Failure[] {
  const failed = takes.filter((take) => take.status === "failed");
  const causes = grouped(failed, ({ error }) => JSON.stringify([error?.title, error?.node]));
  return [...causes.values()]
    .map((of) => ({
      title: of[0]?.error?.title ?? "",
      node: of[0]?.error?.node ?? null,
      details: [...new Set(of.map((take) => take.error?.detail ?? ""))].filter(Boolean),
      takes: of,
    }))
    .sort((a, b) => b.takes.length - a.takes.length);
}

/** What waits for somebody to choose, in the order of the sheet. */
export function choicesOf(sheet: readonly SheetScene[]): Choice[] {
  return sheet
    .flatMap((scene) => scene.shots)
    .flatMap(({ shot, takes }) =>
      [...grouped(takes, (take) => take.stage)].flatMap(([stage, of]) => {
        const made = of.filter((take) => take.status === "done" && take.verdict !== "rejected");
        const approved = shot.approved[stage] ?? 0;
        const isOpen = made.length > 0 && made.every((take) => take.id > approved);
        return isOpen ? { shot, stage, takes: made, hasOlder: approved > 0 } : [];
      }),
    );
}

/** Who rendered how many of the takes that came out: a server's id, or an engine's name. */
export const makersOf = (takes: readonly Take[]): Map<number | string, number> =>
  new Map(
    [
      ...grouped(
        takes.filter((take) => take.status === "done" && take.reused_from === null),
        (take) => take.engine_id ?? take.engine,
      ),
    ].map(([maker, of]) => [maker, of.length]),
  );

/** Seconds in which at least one of the takes was being rendered; until `now` where one is. */
export function busySeconds(takes: readonly Take[], now: number): number {
  const spans = takes
    .flatMap((take) => {
      const end = take.finished_at ? Date.parse(take.finished_at) : now;
      return take.started_at ? [[Date.parse(take.started_at), end] as const] : [];
    })
    .sort(([a], [b]) => a - b);
  let busy = 0;
  let until = 0;
  for (const [start, end] of spans) {
    busy += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return busy / 1000;
}

/** How much of a run is over, from 0 to 1. */
export const progressOf = (takes: readonly Take[]): number =>
  takes.reduce((sum, take) => sum + (isOver(take) ? 1 : take.progress), 0) /
  Math.max(1, takes.length);
