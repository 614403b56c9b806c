import { describe, expect, test } from "vitest";
import { withNews } from "../src/queries/history";
import { byDay, canBeUndone } from "../src/areas/story/days";
import { counted, fieldsOf, piecesOf, posterOf, wordsOf } from "../src/areas/story/differing";
import { mediumOf, nameOf, textOf } from "../src/areas/story/telling";
import { words as texts } from "../src/messages";
import { card, change, scene } from "./make";

const words = [
  { change: "same" as const, text: "She " },
  { change: "removed" as const, text: "leaves" },
  { change: "added" as const, text: "stays" },
];

describe("a difference", () => {
  test("shows each side its own words", () => {
    expect(wordsOf(words, "ours").map((word) => word.text)).toEqual(["She ", "leaves"]);
    expect(wordsOf(words, "theirs").map((word) => word.text)).toEqual(["She ", "stays"]);
  });

  test("of a scene on one side leaves out what any scene has", () => {
    const fields = { place: field(null, {}), description: field(null, "Dawn") };
    expect(fieldsOf(scene(1, { change: "added", fields })).map(([name]) => name)).toEqual(["description"]);
    expect(fieldsOf(scene(1, { fields }))).toHaveLength(2);
  });

  test("is counted by its kind", () => {
    const scenes = [scene(1), scene(2, { change: "added" }), scene(3)];
    expect(counted(scenes)).toEqual({ added: 1, removed: 0, changed: 2, moved: 0 });
  });

  test("has the picture that is approved, and none where the scene is not", () => {
    const picture = { shot_id: 1, take_id: 1, number: 1, is_approved: true, media_id: "m", kind: "video" as const, duration: 1 };
    expect(posterOf(scene(1), "ours", card(1, { picture }))).toBe("m");
    expect(posterOf(scene(1), "ours", card(1, { picture: { ...picture, is_approved: false } }))).toBeNull();
    expect(posterOf(scene(1, { change: "added" }), "ours", card(1, { picture }))).toBeNull();
  });

  test("lends its words to the conflict about the same field", () => {
    const fields = { description: { ...field("She leaves", "She stays"), words } };
    const conflict = { id: "scene-3.description", lineage: 3, field: "description" };
    expect(piecesOf([scene(3, { fields })], conflict)).toBe(words);
    expect(piecesOf([scene(3)], conflict)).toBeNull();
  });
});

const field = (ours: unknown, theirs: unknown) => ({ base: null, ours, theirs });

test("fields and values read as people say them", () => {
  expect(nameOf("description")).toBe("Words");
  expect(nameOf("cast.Nana")).toBe("Cast: Nana");
  expect(nameOf("stages.video.approval")).toBe("Approved video");
  expect(textOf("place", { scene_number: 4, position: 4 })).toBe("Number 4");
  expect(textOf("characters", ["Nana", "月"])).toBe("Nana, 月");
  expect(textOf("dialogue.ab", { id: "ab", speaker: "Nana", line: "Go." })).toBe("Nana: Go.");
  expect(textOf("camera", null)).toBe("");
  expect(textOf("cast.Nana", { look: null, version: null })).toBe("as the newest version");
  expect(textOf("cast.Nana", { look: "child", version: null })).toBe("look: child");
  expect(mediumOf("stages.video.approval", { take_id: 1, media_id: "m" })).toBe("m");
  expect(mediumOf("description", { media_id: "m" })).toBeNull();
});

describe("a history", () => {
  const at = (id: number, day: string) => change({ id, at: `${day}T12:00:00Z` });

  test("is told by days, the newest first, each change once", () => {
    const now = Date.parse("2026-11-26T13:00:00Z");
    const days = byDay([at(2, "2026-11-25"), at(3, "2026-11-26"), at(2, "2026-11-25"), at(1, "2026-11-20")], now);
    expect(days.map(([day, of]) => [day, of.map((one) => one.id)])).toEqual([
      ["Today", [3]],
      ["Yesterday", [2]],
      [texts.history.day(new Date("2026-11-20T12:00:00Z")), [1]],
    ]);
  });

  test("takes in news once", () => {
    const pages = { pages: [[at(2, "2026-11-25")]], pageParams: [undefined] };
    const after = withNews(pages, at(3, "2026-11-26"));
    expect(after?.pages[0]?.map((one) => one.id)).toEqual([3, 2]);
    expect(withNews(after, at(3, "2026-11-26"))).toBe(after);
    expect(withNews(undefined, at(3, "2026-11-26"))).toBeUndefined();
  });

  test("offers to undo what can be", () => {
    expect(canBeUndone(change({ subject: "scene" }))).toBe(true);
    expect(canBeUndone(change({ subject: "tag", verb: "tagged" }))).toBe(false);
    expect(canBeUndone(change({ subject: "cut", verb: "done" }))).toBe(false);
    expect(canBeUndone(change({ subject: "cut", verb: "changed" }))).toBe(true);
  });
});
