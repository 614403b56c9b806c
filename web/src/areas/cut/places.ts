// A cut laid out in frames: what stands where, and for how long. Pure.
import type { ReelShot, ReelTake, Shapes } from "../../api/client";
import { framesIn } from "../../lib/time";

export type Item = Shapes["ItemEdit"];

/** One item of a cut in its place. All its numbers are frames of the project's rate. */
export interface Place {
  item: Item;
  /** Null: the shot is not on the branch any more. */
  shot: ReelShot | null;
  /** Null: a slate stands here. */
  take: ReelTake | null;
  first: number;
  frames: number;
  skip: number;
  /** How many frames the take has after `skip`; null for what lasts as long as one likes. */
  lasts: number | null;
}

/** What a branch's cut is before anybody edits it: its shots with their approved takes. */
export const branchItems = (reel: ReelShot[]): Item[] =>
  reel.map((shot) => ({ shot_id: shot.shot_id, take_id: shot.approved_take_id, duration: shot.duration, skip: 0 }));

export const plainItem = (item: Shapes["Item"] | Item): Item => ({
  shot_id: item.shot_id,
  take_id: item.take_id ?? null,
  duration: item.duration,
  skip: item.skip ?? 0,
});

export function laidOut(items: readonly Item[], reel: readonly ReelShot[], rate: number): Place[] {
  const shots = new Map(reel.map((shot) => [shot.shot_id, shot]));
  let first = 0;
  return items.map((item) => {
    const shot = shots.get(item.shot_id) ?? null;
    const take = shot?.takes.find((one) => one.take_id === item.take_id) ?? null;
    const frames = framesIn(item.duration, rate);
    const skip = Math.round((item.skip ?? 0) * rate);
    const isFilm = take?.kind === "video" && take.duration !== null;
    const lasts = isFilm ? Math.max(0, framesIn(take.duration ?? 0, rate) - skip) : null;
    const place = { item, shot, take, first, frames, skip, lasts };
    first += frames;
    return place;
  });
}

export function lengthOf(places: readonly Place[]): number {
  const last = places.at(-1);
  return last ? last.first + last.frames : 0;
}

/** The index of the place that shows a frame; the last one's after the end, -1 where there is none. */
export function placeAt(places: readonly Place[], frame: number): number {
  let [low, high] = [0, places.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((places[middle]?.first ?? 0) <= frame) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return high;
}

/** The time within a take's film at a frame of its place: in the frame's middle, its last one held. */
export function filmTime(place: Place, within: number, rate: number): number {
  const shown = Math.min(within, (place.lasts ?? Infinity) - 1);
  return Math.max(0, place.skip + shown + 0.5) / rate;
}

/** How many frames at the end of a place show its take's last one again. */
export const heldFrames = (place: Place): number =>
  place.lasts === null ? 0 : Math.max(0, place.frames - Math.max(1, place.lasts));

/** The medium of a place that plays; null for a slate, a picture, a sound. */
export const filmOf = (place: Place | undefined): string | null =>
  place?.take?.kind === "video" ? place.take.media_id : null;

/** How far apart a ruler's marks stand, in seconds, so that none is nearer than `room` pixels. */
export function rulerStep(pixelsPerSecond: number, room = 72): number {
  const steps = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
  return steps.find((step) => step * pixelsPerSecond >= room) ?? 7200;
}
