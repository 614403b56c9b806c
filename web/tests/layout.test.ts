import { describe, expect, test } from "vitest";
import { layout, nondecreasing, type Box, type Link } from "../src/areas/workflow/layout";

const box = (id: string, height = 100): Box => ({ id, width: 280, height });
const chain = (...ids: string[]): Link[] => ids.slice(1).map((to, index) => ({ from: ids[index] ?? "", to }));

function overlaps(boxes: Box[], links: Link[]): [string, string][] {
  const at = layout(boxes, links);
  const found: [string, string][] = [];
  for (const [index, a] of boxes.entries()) {
    for (const b of boxes.slice(index + 1)) {
      const [p, q] = [at.get(a.id), at.get(b.id)];
      if (p && q && p.x === q.x && p.y < q.y + b.height && q.y < p.y + a.height) {
        found.push([a.id, b.id]);
      }
    }
  }
  return found;
}

/** Always the same numbers for the same seed. */
function drawing(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state % most;
  };
}

function large(count: number, seed: number): { boxes: Box[]; links: Link[] } {
  const draw = drawing(seed);
  const boxes = Array.from({ length: count }, (_, index) => box(String(index), 60 + draw(200)));
  const links = boxes.slice(1).flatMap((_, index) =>
    Array.from({ length: 1 + draw(3) }, () => ({ from: String(draw(index + 1)), to: String(index + 1) })),
  );
  return { boxes, links };
}

describe("a graph is laid out", () => {
  test("so that every link leads to the right", () => {
    const { boxes, links } = large(200, 7);
    const at = layout(boxes, links);
    expect(links.filter(({ from, to }) => (at.get(from)?.x ?? 0) >= (at.get(to)?.x ?? 0))).toEqual([]);
  });

  test.each([1, 2, 3])("without nodes over each other (%i)", (seed) => {
    const { boxes, links } = large(120, seed);
    expect(overlaps(boxes, links)).toEqual([]);
  });

  test("the same each time", () => {
    const { boxes, links } = large(80, 5);
    expect(layout(boxes, links)).toEqual(layout(boxes, links));
  });

  test("with a chain in one line", () => {
    const at = layout([box("a", 60), box("b", 200), box("c", 90)], chain("a", "b", "c"));
    const middles = [60, 200, 90].map((height, index) => (at.get("abc"[index] ?? "")?.y ?? 0) + height / 2);
    expect(new Set(middles).size).toBe(1);
  });

  test("with what takes nothing beside the first that takes from it", () => {
    const boxes = ["a", "b", "c", "d"].map((id) => box(id));
    const at = layout(boxes, [...chain("a", "b", "c"), { from: "d", to: "c" }]);
    expect(at.get("d")?.x).toBe(at.get("b")?.x);
  });

  test("with links uncrossed where that can be", () => {
    const boxes = ["a", "b", "x", "y"].map((id) => box(id));
    const at = layout(boxes, [{ from: "a", to: "y" }, { from: "b", to: "x" }]);
    expect((at.get("a")?.y ?? 0) < (at.get("b")?.y ?? 0)).toBe((at.get("y")?.y ?? 0) < (at.get("x")?.y ?? 0));
  });

  test("also where it goes in a circle, to itself, or to a node that is not there", () => {
    const links = [...chain("a", "b", "c", "a"), { from: "b", to: "b" }, { from: "gone", to: "c" }];
    const at = layout([box("a"), box("b"), box("c")], links);
    expect([..."abc"].map((id) => at.get(id)?.x)).toEqual([0, 350, 700]);
  });

  test("also where it is empty, and where it is a chain of thousands", () => {
    expect(layout([], []).size).toBe(0);
    const ids = Array.from({ length: 5_000 }, (_, index) => String(index));
    expect(layout(ids.map((id) => box(id)), chain(...ids)).get("4999")?.x).toBe(4_999 * 350);
  });
});

test("numbers that never fall are as near as can be to those that do", () => {
  expect(nondecreasing([1, 3, 2, 4])).toEqual([1, 2.5, 2.5, 4]);
  expect(nondecreasing([3, 2, 1])).toEqual([2, 2, 2]);
  expect(nondecreasing([])).toEqual([]);
});
