import { describe, expect, test } from "vitest";
import { changed, moved } from "../src/lib/order";
import { beside, directionOf, type Direction } from "../src/areas/morning/walking";

const list = [1, 2, 3, 4].map((id) => ({ id }));
const ids = (of: { id: number }[]): number[] => of.map(({ id }) => id);

describe("a thing that is moved", () => {
  test("comes before another, or last", () => {
    expect(ids(moved(list, new Set([4]), 2))).toEqual([1, 4, 2, 3]);
    expect(ids(moved(list, new Set([1]), null))).toEqual([2, 3, 4, 1]);
  });

  test("that is not there, or stays where it is, changes nothing", () => {
    expect(ids(moved(list, new Set([9]), 2))).toEqual([1, 2, 3, 4]);
    expect(changed(list, moved(list, new Set([2]), 3))).toEqual([]);
  });

  test("is named with those whose places it changes, and no others", () => {
    expect(changed(list, moved(list, new Set([3]), 2))).toEqual([3, 2]);
    expect(changed(list, moved(list, new Set([1]), null))).toEqual([2, 3, 4, 1]);
  });
});

describe("a step over tiles", () => {
  // Three in the first row, two in the second, of another scene one in the third.
  const places = [0, 1, 2].map((x) => ({ x, y: 0 })).concat([0, 1].map((x) => ({ x, y: 1 })), [{ x: 0, y: 5 }]);
  const walked = (from: number, ...way: Direction[]): number => way.reduce((here, step) => beside(places, here, step), from);

  test("goes on over the ends of rows, and stops at the ends of all", () => {
    expect(walked(2, "right")).toBe(3);
    expect(walked(3, "left")).toBe(2);
    expect(walked(0, "left")).toBe(0);
    expect(walked(5, "right")).toBe(5);
  });

  test("up and down leads to the nearest tile of the next row", () => {
    expect(walked(2, "down")).toBe(4);
    expect(walked(4, "down")).toBe(5);
    expect(walked(5, "up")).toBe(3);
    expect(walked(1, "up")).toBe(1);
  });

  test("from nowhere leads to the first, and over nothing nowhere", () => {
    expect(beside(places, -1, "down")).toBe(0);
    expect(beside([], -1, "down")).toBe(-1);
  });

  test("is made by arrows, and by the keys of old editors", () => {
    expect(["h", "j", "k", "l", "ArrowUp", "a"].map(directionOf)).toEqual(["left", "down", "up", "right", "up", undefined]);
  });
});
