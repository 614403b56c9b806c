// How long a queue takes, by how long takes took of late. Pure.
import type { Take } from "../../api/client";
import { grouped } from "../../lib/grouped";

const kind = (take: Take): string => `${take.project_id}:${take.engine}:${take.stage}`;

function took(take: Take): number[] {
  const isRendered = take.status === "done" && take.reused_from === null;
  return isRendered && take.started_at && take.finished_at
    ? [(Date.parse(take.finished_at) - Date.parse(take.started_at)) / 1000]
    : [];
}

const mean = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;

/**
 * Seconds until a queue is empty, with as many at a time as run now; null where nothing is known.
 * A take takes as long as the last of its kind did, else as long as all of them.
 */
export function secondsLeft(queue: readonly Take[], past: readonly Take[]): number | null {
  const all = past.flatMap(took);
  if (!all.length || !queue.length) {
    return null;
  }
  const known = new Map(
    [...grouped(past, kind)].flatMap(([of, takes]) => {
      const seconds = takes.flatMap(took);
      return seconds.length ? [[of, mean(seconds)] as const] : [];
    }),
  );
  const usual = mean(all);
  const work = queue.reduce((sum, take) => sum + (known.get(kind(take)) ?? usual) * (1 - take.progress), 0);
  const side = queue.filter((take) => take.status === "running").length;
  return work / Math.max(1, side);
}
