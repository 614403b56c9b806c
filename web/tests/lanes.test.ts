import { describe, expect, test } from "vitest";
import { takenBack } from "../src/areas/story/happenings";
import { charted, shortened, widthOf } from "../src/areas/story/lanes";
import { branch, change, tag } from "./make";

const MAIN = branch(1);
const ALT = branch(2, { parent_id: 1, forked_at: 10 });
const begun = change({ id: 1, subject: "branch", subject_id: 1, verb: "created" });
const forked = change({ id: 11, subject: "branch", subject_id: 2, verb: "forked", data: { source_id: 1, at: 10 } });
const merged = change({ id: 30, subject: "branch", subject_id: 1, verb: "merged", data: { source_id: 2, at: 25 } });
const undone = (id: number, of: number) =>
  change({ id, subject: "branch", subject_id: 1, verb: "undone", data: { change_id: of } });

describe("the lanes", () => {
  test("have what was forked from a branch below it, the oldest first", () => {
    const branches = [MAIN, ALT, branch(3, { parent_id: 1 }), branch(4, { parent_id: 2 })];
    const { lanes } = charted(branches, [], []);
    expect(lanes.map((lane) => [lane.branch.id, lane.depth])).toEqual([[1, 0], [2, 1], [4, 2], [3, 1]]);
  });

  test("keep a branch whose parent is in the trash", () => {
    expect(charted([branch(5, { parent_id: 9 })], [], []).lanes).toHaveLength(1);
  });

  test("begin where the branch does", () => {
    const { lanes, marks } = charted([MAIN, ALT], [begun, forked], []);
    expect(lanes[1]?.from).toBe(marks.find((mark) => mark.change === 11)?.x);
    expect(lanes[0]!.from).toBeLessThan(lanes[1]!.from);
  });
});

describe("what happened", () => {
  test("stands in the order of its changes, whatever order it came in", () => {
    const { marks } = charted([MAIN, ALT], [merged, forked, begun], [tag(1, { change_id: 20 })]);
    expect(marks.map((mark) => mark.change)).toEqual([1, 11, 20, 30]);
    expect(marks.map((mark) => mark.x)).toEqual(marks.map((mark) => mark.x).toSorted((a, b) => a - b));
  });

  test("leads from lane to lane: forks from their source, merges into their target", () => {
    const { links } = charted([MAIN, ALT], [begun, forked, merged], []);
    expect(links.map(({ kind, from, to }) => [kind, from.lane, to.lane])).toEqual([
      ["fork", 0, 1],
      ["merge", 1, 0],
    ]);
    links.forEach(({ from, to }) => expect(from.x).toBeLessThan(to.x));
  });

  test("of branches in the trash is left out", () => {
    const { marks, links } = charted([MAIN], [begun, forked, merged], [tag(1, { branch_id: 2 })]);
    expect(marks.map((mark) => mark.change)).toEqual([1, 30]);
    expect(links).toEqual([]);
  });

  test("of branches' other changes, such as new names, is not drawn", () => {
    expect(charted([MAIN], [change({ subject: "branch", verb: "changed" })], []).marks).toEqual([]);
  });

  test("shows a merge as taken back until that is undone itself", () => {
    const isUndone = (...later: ReturnType<typeof undone>[]) =>
      charted([MAIN, ALT], [forked, merged, ...later], []).links.at(-1)?.isUndone;
    expect(isUndone()).toBe(false);
    expect(isUndone(undone(31, 30))).toBe(true);
    expect(isUndone(undone(31, 30), undone(32, 31))).toBe(false);
    expect(takenBack([undone(33, 32), undone(31, 30), undone(32, 31)])).toEqual(new Set([32, 30]));
  });
});

describe("tags", () => {
  test("of one moment share a place", () => {
    const { marks } = charted([MAIN], [], [tag(1, { name: "locked" }), tag(2, { name: "shown" })]);
    expect(marks.map((mark) => mark.label)).toEqual(["locked, shown"]);
  });

  test("have room for their names", () => {
    const tags = [tag(1, { change_id: 5, name: "shown to Mika" }), tag(2, { change_id: 6, name: "b" })];
    const [first, second] = charted([MAIN], [], tags).marks;
    expect(second!.x - first!.x).toBeGreaterThan(widthOf("shown to Mika"));
    expect(shortened("a".repeat(80))).toHaveLength(22);
    expect(widthOf("見せた版")).toBeGreaterThan(widthOf("abcd"));
  });
});
