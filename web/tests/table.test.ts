import { describe, expect, test } from "vitest";
import { besides, moved } from "../src/lib/order";
import { COLUMNS, editable, followed, led, meant, nextEditable, textOf } from "../src/areas/board/columns";
import { isSameIn } from "../src/queries/writing";
import { card } from "./make";

const at = (row: number, column: (typeof COLUMNS)[number]) => ({ row, column: COLUMNS.indexOf(column) });

describe("a cell of the table", () => {
  test("says what the scene says", () => {
    const one = card(7, { characters: ["Nana", "月"], duration: 2.5 });
    expect(textOf(one, "number")).toBe("7");
    expect(textOf(one, "cast")).toBe("Nana, 月");
    expect(textOf(one, "duration")).toBe("2.5");
  });

  test.each([
    ["number", " 12 ", { change: { scene_number: 12 } }],
    ["number", "-3", { change: { scene_number: -3 } }],
    ["number", "1.5", { refused: "number" }],
    ["number", "", { refused: "number" }],
    ["words", " Rain\n", { change: { description: " Rain\n" } }],
    ["cast", "Nana、月, Nana", { change: { characters: ["Nana", "月"] } }],
    ["status", " locked ", { change: { status: "locked" } }],
    ["status", "  ", { refused: "status" }],
    ["duration", "2,5", { duration: 2.5 }],
    ["duration", "0", { refused: "duration" }],
    ["duration", "soon", { refused: "duration" }],
  ] as const)("%s: %j means %j", (column, text, meaning) => {
    expect(meant(column, text)).toEqual(meaning);
  });

  test("of several shots' seconds is not edited", () => {
    expect(editable(card(1), "duration")).toBe("duration");
    expect(editable(card(1, { shot_ids: [1, 2] }), "duration")).toBeUndefined();
    expect(editable(card(1), "takes")).toBeUndefined();
  });
});

describe("the keyboard in the table", () => {
  test("stays within it", () => {
    expect(led("ArrowUp", at(0, "words"), 5)).toEqual(at(0, "words"));
    expect(led("ArrowDown", at(4, "words"), 5)).toEqual(at(4, "words"));
    expect(led("PageDown", at(1, "words"), 5)).toEqual(at(4, "words"));
    expect(led("Mod+End", at(0, "number"), 5)).toEqual(at(4, "state"));
    expect(led("q", at(0, "number"), 5)).toBeNull();
  });

  test("goes on to what can be edited, over the ends of rows", () => {
    const cards = [card(1, { shot_ids: [1, 2] }), card(2)];
    expect(nextEditable(cards, at(0, "number"), 1)).toEqual(at(0, "words"));
    expect(nextEditable(cards, at(0, "status"), 1)).toEqual(at(1, "number"));
    expect(nextEditable(cards, at(1, "number"), -1)).toEqual(at(0, "status"));
    expect(nextEditable(cards, at(1, "duration"), 1)).toBeNull();
  });
});

describe("moving several scenes", () => {
  const cards = [1, 2, 3, 4, 5].map((id) => card(id));
  const order = (scenes: number[], before: number | null) =>
    moved(cards, new Set(scenes), before).map((one) => one.id);

  test("takes them together, in their order", () => {
    expect(order([5, 2], 1)).toEqual([2, 5, 1, 3, 4]);
    expect(order([1, 3], null)).toEqual([2, 4, 5, 1, 3]);
    expect(order([2, 4], 4)).toEqual([1, 3, 2, 4, 5]);
  });

  test.each([
    [[2, 3], -1, 1],
    [[1, 3], -1, undefined],
    [[2, 3], 1, 5],
    [[4], 1, null],
    [[5], 1, undefined],
    [[], 1, undefined],
  ] as const)("%j by %i: before %s", (scenes, step, before) => {
    expect(besides(cards, new Set(scenes), step)).toBe(before);
  });
});

test("a change is about its own fields alone", () => {
  const before = card(1, { characters: ["Nana"] });
  const now = card(1, { characters: ["Nana"], revision: 4, status: "locked" });
  expect(isSameIn({ characters: [] }, before, now)).toBe(true);
  expect(isSameIn({ characters: [], status: "" }, before, now)).toBe(false);
});

test("the keyboard follows its scene, and edits no other one when that has left", () => {
  const cards = [card(1), card(2), card(3)];
  const place = at(1, "words");
  expect(followed(place, [card(2), card(1)], 2)).toEqual({ ...at(0, "words"), isThere: true });
  expect(followed(place, [card(1), card(3)], 2)).toEqual({ ...place, isThere: false });
  expect(followed(at(2, "words"), cards.slice(0, 1), 3)).toEqual({ ...at(0, "words"), isThere: false });
  expect(followed(place, [], 2).row).toBe(0);
});
