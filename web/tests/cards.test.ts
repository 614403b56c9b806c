import { describe, expect, test } from "vitest";
import { changed, moved } from "../src/lib/order";
import { inStory, matches, sceneOfShot, withCard } from "../src/live/cards";
import { planMove } from "../src/queries/story";
import { activities } from "../src/areas/board/activity";
import { card, take } from "./make";

const ids = (cards: { id: number }[]): number[] => cards.map((one) => one.id);

describe("the order of the story", () => {
  test("no episode comes first, then episodes, numbers, positions and lineages", () => {
    const cards = [
      card(1, { episode: 2, scene_number: 1 }),
      card(2, { episode: -1, scene_number: 9 }),
      card(3, { scene_number: 7, position: 2 }),
      card(4, { scene_number: 7, position: 1 }),
      card(5, { episode: 0 }),
    ];
    expect(ids([...cards].sort(inStory))).toEqual([4, 3, 2, 5, 1]);
  });
});

describe("a card that changed", () => {
  const cards = [card(1), card(2), card(3)];

  test("is put in its place", () => {
    const now = card(2, { description: "Dawn" });
    const after = withCard(cards, 2, now);
    expect(ids(after)).toEqual([1, 2, 3]);
    expect(after[1]).toBe(now);
    expect(after[0]).toBe(cards[0]);
  });

  test("moves where its number says", () => {
    expect(ids(withCard(cards, 1, card(1, { scene_number: 9 })))).toEqual([2, 3, 1]);
  });

  test("is added where it is new, and leaves where it is gone", () => {
    expect(ids(withCard([card(1), card(3)], 2, card(2)))).toEqual([1, 2, 3]);
    expect(ids(withCard(cards, 2, undefined))).toEqual([1, 3]);
  });

  test("that nobody shows changes nothing", () => {
    expect(withCard(cards, 7, undefined)).toBe(cards);
  });

  test("does not change the list that others hold", () => {
    withCard(cards, 1, card(1, { scene_number: 9 }));
    expect(ids(cards)).toEqual([1, 2, 3]);
  });
});

describe("moving a scene", () => {
  const cards = [1, 2, 3, 4, 5].map((id) => card(id));

  test.each([
    [4, 2, [1, 4, 2, 3, 5], [4, 2, 3]],
    [1, 4, [2, 3, 1, 4, 5], [2, 3, 1]],
    [2, null, [1, 3, 4, 5, 2], [3, 4, 5, 2]],
    [5, 1, [5, 1, 2, 3, 4], [5, 1, 2, 3, 4]],
  ])("%i before %s names only the scenes between", (scene, before, order, named) => {
    const after = moved(cards, new Set([scene]), before);
    expect(ids(after)).toEqual(order);
    expect(changed(cards, after)).toEqual(named);
  });

  test.each([
    [2, 3],
    [2, 2],
    [5, null],
    [9, 1],
  ])("%i before %s is no move", (scene, before) => {
    expect(planMove(cards, { scenes: new Set([scene]), before })).toBeNull();
  });

  test("before a scene that is gone is no move", () => {
    expect(moved(cards, new Set([1]), 99)).toBe(cards);
  });
});

test("a scene is found by a shot of it", () => {
  const cards = [card(1, { shot_ids: [4, 9] }), card(2, { shot_ids: [5] })];
  expect(sceneOfShot(cards, 9)?.id).toBe(1);
  expect(sceneOfShot(cards, 6)).toBeUndefined();
});

test("a scene is found by words of its text, cast, number and status, in any order", () => {
  const one = card(12, { description: "Rain on the HARBOUR", characters: ["Nana"], status: "locked" });
  expect(matches(one, "nana rain")).toBe(true);
  expect(matches(one, "harbour #12 lock")).toBe(true);
  expect(matches(one, "harbour snow")).toBe(false);
  expect(matches(card(1, { characters: ["Renée", "ガブ"] }), "ｒｅｎｅｅ ｶﾞﾌﾞ")).toBe(true);
});

test("what is under way is told by scenes, with the progress of all of it", () => {
  const cards = [card(1, { shot_ids: [4, 5] }), card(2, { shot_ids: [6] })];
  const takes = [
    take(1, { shot_id: 4, progress: 0.5 }),
    take(2, { shot_id: 5, progress: 0.1, status: "queued" }),
    take(3, { shot_id: 99 }),
  ];
  const found = activities(cards, takes);
  expect([...found.keys()]).toEqual([1]);
  expect(found.get(1)).toMatchObject({ running: 1, queued: 1 });
  expect(found.get(1)?.progress).toBeCloseTo(0.3);
});
