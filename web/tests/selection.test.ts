import { describe, expect, test } from "vitest";
import { extended, NOTHING, still, toggled, walked, whole, type Selection } from "../src/areas/board/selection";
import { several } from "../src/lib/several";

const order = [10, 20, 30, 40, 50];
const ids = (now: Selection): number[] => [...now.ids].sort((a, b) => a - b);

describe("a selection", () => {
  test("gains and loses one at a time", () => {
    const two = toggled(toggled(NOTHING, 30), 10);
    expect(ids(two)).toEqual([10, 30]);
    expect(ids(toggled(two, 30))).toEqual([10]);
    expect(ids(NOTHING)).toEqual([]);
  });

  test("grows from the last one that was chosen, in either direction", () => {
    const now = toggled(NOTHING, 30);
    expect(ids(extended(now, order, 50))).toEqual([30, 40, 50]);
    expect(ids(extended(extended(now, order, 50), order, 10))).toEqual([10, 20, 30, 40, 50]);
  });

  test("keeps what else is chosen when a range is added", () => {
    expect(ids(extended(toggled(toggled(NOTHING, 10), 40), order, 50))).toEqual([10, 40, 50]);
  });

  test("begins a range where nothing was chosen, or where the anchor is gone", () => {
    expect(ids(extended(NOTHING, order, 20))).toEqual([20]);
    expect(ids(extended({ ids: new Set(), anchor: 99 }, order, 20))).toEqual([20]);
  });

  test("goes with the keyboard, and back", () => {
    const down = walked(walked(NOTHING, order, 20, 30), order, 30, 40);
    expect(ids(down)).toEqual([20, 30, 40]);
    const back = walked(down, order, 40, 30);
    expect(ids(back)).toEqual([20, 30]);
    const beyond = walked(walked(back, order, 30, 20), order, 20, 10);
    expect(ids(beyond)).toEqual([10, 20]);
  });

  test("shrinks by a whole row of tiles", () => {
    const now = walked(NOTHING, order, 10, 40);
    expect(ids(now)).toEqual([10, 20, 30, 40]);
    expect(ids(walked(now, order, 40, 20))).toEqual([10, 20]);
  });

  test("loses what is not shown any more, and stays itself where all is", () => {
    const all = whole(order);
    expect(ids(still(all, [10, 50]))).toEqual([10, 50]);
    expect(still(all, order)).toBe(all);
  });
});

describe("doing one thing to many", () => {
  test("has a few under way at a time, and what fails stops none of the others", async () => {
    let underWay = 0;
    let most = 0;
    const outcome = await several(order, async (id) => {
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      underWay -= 1;
      if (id === 20) {
        throw new Error("refused");
      }
    }, 2);
    expect(outcome.done.sort((a, b) => a - b)).toEqual([10, 30, 40, 50]);
    expect(outcome.failed.map((one) => one.thing)).toEqual([20]);
    expect(most).toBe(2);
  });

  test("of nothing is over at once", async () => {
    expect(await several([], () => Promise.reject(new Error("never")))).toEqual({ done: [], failed: [] });
  });
});
