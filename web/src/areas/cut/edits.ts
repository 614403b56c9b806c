// What can be done to a cut: each answers its items as they are then. Pure.
import type { ReelShot } from "../../api/client";
import type { Item, Place } from "./places";

const LONGEST = 3600; // seconds of one item

const seconds = (frames: number, rate: number): number => Math.round((frames / rate) * 1e6) / 1e6;

const bounded = (number: number, least: number, most: number): number =>
  Math.min(Math.max(number, least), most);

const itemsOf = (places: readonly Place[]): Item[] => places.map((place) => place.item);

function replaced(places: readonly Place[], index: number, change: Partial<Item>): Item[] {
  return places.map((place, n) => (n === index ? { ...place.item, ...change } : place.item));
}

/** Begins a place later in its take by some frames, or earlier; what follows moves along. */
export function startTrimmed(places: readonly Place[], index: number, by: number, rate: number): Item[] {
  const place = places[index];
  if (!place) {
    return itemsOf(places);
  }
  // A slate or a picture has nothing before its beginning: it only gets longer.
  const earliest = place.lasts === null ? -LONGEST * rate : -place.skip;
  const moved = bounded(by, earliest, place.frames - 1);
  const skip = place.lasts === null ? place.skip : place.skip + moved;
  const duration = Math.min(LONGEST, seconds(place.frames - moved, rate));
  return replaced(places, index, { skip: seconds(skip, rate), duration });
}

/** Ends a place later by some frames, or earlier. After a take's end its last frame is held. */
export function endTrimmed(places: readonly Place[], index: number, by: number, rate: number): Item[] {
  const place = places[index];
  const frames = bounded((place?.frames ?? 1) + by, 1, Math.floor(LONGEST * rate));
  return replaced(places, index, { duration: seconds(frames, rate) });
}

/** Another place in the order, which is that of the items without the moved one. */
export function itemMoved(items: readonly Item[], from: number, to: number): Item[] {
  const item = items[from];
  return item ? items.toSpliced(from, 1).toSpliced(to, 0, item) : [...items];
}

export const itemTakenOut = (items: readonly Item[], index: number): Item[] => items.toSpliced(index, 1);

export const takeChosen = (places: readonly Place[], index: number, take: number | null): Item[] =>
  replaced(places, index, { take_id: take });

/** Two places of one: the second goes on where the first ends. */
export function placeSplit(places: readonly Place[], index: number, at: number, rate: number): Item[] {
  const place = places[index];
  const within = at - (place?.first ?? 0);
  if (!place || within <= 0 || within >= place.frames) {
    return itemsOf(places);
  }
  const skip = place.lasts === null ? place.skip : place.skip + within;
  const head = { ...place.item, duration: seconds(within, rate) };
  const tail = { ...place.item, skip: seconds(skip, rate), duration: seconds(place.frames - within, rate) };
  return itemsOf(places).toSpliced(index, 1, head, tail);
}

/** The items with a shot put back: after what comes before it in the story. */
export function shotPutBack(items: readonly Item[], shot: ReelShot, reel: readonly ReelShot[]): Item[] {
  const order = new Map(reel.map((one, n) => [one.shot_id, n]));
  const own = order.get(shot.shot_id) ?? reel.length;
  const before = items.findLastIndex((item) => (order.get(item.shot_id) ?? Infinity) < own);
  const item = { shot_id: shot.shot_id, take_id: shot.approved_take_id, duration: shot.duration, skip: 0 };
  return items.toSpliced(before + 1, 0, item);
}

export interface News {
  /** Items that show another take than the one that is approved by now. */
  retaken: number[];
  /** Items whose shots are not on the branch any more. */
  gone: number[];
  /** Shots of the branch that the cut does not show. */
  left: ReelShot[];
}

/** What is different on the branch from what a cut shows of it. */
export function newsOf(items: readonly Item[], reel: readonly ReelShot[]): News {
  const shots = new Map(reel.map((shot) => [shot.shot_id, shot]));
  const shown = new Set(items.map((item) => item.shot_id));
  const news: News = { retaken: [], gone: [], left: reel.filter((shot) => !shown.has(shot.shot_id)) };
  items.forEach((item, n) => {
    const shot = shots.get(item.shot_id);
    if (!shot) {
      news.gone.push(n);
    } else if (shot.approved_take_id !== null && shot.approved_take_id !== item.take_id) {
      news.retaken.push(n);
    }
  });
  return news;
}

/** The items with the takes that are approved now, without shots that are gone; trims stay. */
export function brought(items: readonly Item[], reel: readonly ReelShot[]): Item[] {
  const shots = new Map(reel.map((shot) => [shot.shot_id, shot]));
  return items.flatMap((item) => {
    const shot = shots.get(item.shot_id);
    return shot ? [{ ...item, take_id: shot.approved_take_id ?? item.take_id }] : [];
  });
}
