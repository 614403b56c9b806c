import { describe, expect, it } from "vitest";
import type { ReelShot } from "../src/api/client";
import {
  brought,
  endTrimmed,
  itemMoved,
  newsOf,
  placeSplit,
  shotPutBack,
  startTrimmed,
} from "../src/areas/cut/edits";
import { branchItems, filmTime, heldFrames, laidOut, lengthOf, placeAt, rulerStep, type Item } from "../src/areas/cut/places";

const RATE = 24;
const HALVES = 24000 / 1001;

const shot = (id: number, seconds: number, fields: Partial<ReelShot> = {}): ReelShot => ({
  scene_id: id,
  scene_number: id,
  shot_id: id,
  shot_number: 1,
  description: "Night",
  duration: seconds,
  approved_take_id: id * 10,
  takes: [{ take_id: id * 10, number: 1, stage: "video", media_id: "m", kind: "video", duration: seconds }],
  ...fields,
});
const bare = (id: number, seconds: number): ReelShot => shot(id, seconds, { approved_take_id: null, takes: [] });
const REEL = [shot(1, 2), shot(2, 1.5), bare(3, 4)];
const ITEMS = branchItems(REEL);
const PLACES = laidOut(ITEMS, REEL, RATE);
const frames = (items: readonly Item[]): number[] => laidOut(items, REEL, RATE).map((place) => place.frames);

describe("A cut in frames", () => {
  it("is the branch's shots one after the other, without a gap", () => {
    expect(PLACES.map(({ first, frames }) => [first, frames])).toEqual([[0, 48], [48, 36], [84, 96]]);
    expect(lengthOf(PLACES)).toBe(180);
    expect(PLACES.map((place) => place.take?.take_id ?? null)).toEqual([10, 20, null]);
  });

  it("has the frames that the film will have, also at a fractional rate", () => {
    const places = laidOut([{ shot_id: 1, take_id: 10, duration: 0.7, skip: 0 }, ...ITEMS], REEL, HALVES);
    expect(places.map((place) => place.frames)).toEqual([17, 48, 36, 96]);
  });

  it("knows at every frame which item is shown", () => {
    expect([0, 47, 48, 83, 84, 179, 500].map((frame) => placeAt(PLACES, frame))).toEqual([0, 0, 1, 1, 2, 2, 2]);
    expect(placeAt([], 3)).toBe(-1);
  });

  it("holds a take's last frame where an item is longer", () => {
    const [place] = laidOut([{ shot_id: 2, take_id: 20, duration: 2, skip: 0.5 }], REEL, RATE);
    expect(place && [place.lasts, heldFrames(place)]).toEqual([24, 24]);
    expect(place && filmTime(place, 0, RATE) * RATE).toBeCloseTo(12.5);
    expect(place && filmTime(place, 40, RATE) * RATE).toBeCloseTo(35.5);
  });

  it("marks its ruler so that marks can be read", () => {
    expect([400, 100, 20, 1].map((pixels) => rulerStep(pixels))).toEqual([0.5, 1, 5, 120]);
  });
});

describe("Trims", () => {
  it("begin a take later, and what follows moves along", () => {
    const trimmed = startTrimmed(PLACES, 0, 12, RATE);
    expect(trimmed[0]).toEqual({ shot_id: 1, take_id: 10, duration: 1.5, skip: 0.5 });
    expect(laidOut(trimmed, REEL, RATE)[1]?.first).toBe(36);
  });

  it("reach no further than the take's first frame, and leave one", () => {
    expect(startTrimmed(PLACES, 0, -12, RATE)[0]).toEqual(ITEMS[0]);
    expect(frames(startTrimmed(PLACES, 0, 900, RATE))[0]).toBe(1);
    expect(frames(endTrimmed(PLACES, 1, -900, RATE))[1]).toBe(1);
    expect(frames(endTrimmed(PLACES, 1, 9e9, RATE))[1]).toBe(3600 * RATE);
  });

  it("only lengthen or shorten a slate", () => {
    expect(startTrimmed(PLACES, 2, -24, RATE)[2]).toEqual({ ...ITEMS[2], duration: 5 });
  });

  it("are written so that their frames are read again", () => {
    for (let by = -23; by < 400; by += 7) {
      const places = laidOut(ITEMS, REEL, HALVES);
      const wanted = (places[0]?.frames ?? 0) + by;
      expect(laidOut(endTrimmed(places, 0, by, HALVES), REEL, HALVES)[0]?.frames).toBe(Math.max(1, wanted));
    }
  });

  it("split an item into two that show the same as before", () => {
    const split = placeSplit(PLACES, 1, 58, RATE);
    expect(frames(split)).toEqual([48, 10, 26, 96]);
    expect(laidOut(split, REEL, RATE)[2]?.skip).toBe(10);
    expect(placeSplit(PLACES, 1, 48, RATE)).toEqual(ITEMS);
  });
});

describe("The order of a cut", () => {
  it("changes by one item at a time", () => {
    expect(itemMoved(ITEMS, 0, 2).map((item) => item.shot_id)).toEqual([2, 3, 1]);
    expect(itemMoved(ITEMS, 2, 0).map((item) => item.shot_id)).toEqual([3, 1, 2]);
    expect(itemMoved(ITEMS, 7, 0)).toEqual(ITEMS);
  });

  it("puts a shot back where it is in the story", () => {
    const without = ITEMS.filter((item) => item.shot_id !== 2);
    expect(shotPutBack(without, REEL[1] ?? bare(2, 1), REEL)).toEqual(ITEMS);
    expect(shotPutBack([], REEL[1] ?? bare(2, 1), REEL)).toEqual([ITEMS[1]]);
  });
});

describe("What is new on the branch", () => {
  const edited: Item[] = [
    { shot_id: 9, take_id: 90, duration: 1, skip: 0 },
    { shot_id: 1, take_id: 11, duration: 0.5, skip: 0.25 },
    { shot_id: 3, take_id: null, duration: 4, skip: 0 },
  ];

  it("is told: other takes, shots that are gone, shots left out", () => {
    const news = newsOf(edited, REEL);
    expect([news.retaken, news.gone, news.left.map((one) => one.shot_id)]).toEqual([[1], [0], [2]]);
    expect(newsOf(ITEMS, REEL)).toEqual({ retaken: [], gone: [], left: [] });
  });

  it("is brought in without the loss of a trim", () => {
    expect(brought(edited, REEL)).toEqual([{ ...edited[1], take_id: 10 }, edited[2]]);
  });
});
