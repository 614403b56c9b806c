import { describe, expect, test } from "vitest";
import {
  contentOf,
  editorOf,
  isOutdated,
  isResolved,
  nextOpen,
  resolutionsOf,
  valueOf,
  type Answers,
} from "../src/areas/story/answers";
import { conflict } from "./make";

const words = conflict("scene-3.description", { ours: "She leaves", theirs: "She stays" });
const seconds = conflict("shot-7.duration", { field: "duration", shot_number: 10, base: 2, ours: 3, theirs: 4 });
const fate = conflict("scene-4.deleted", { field: "deleted", base: false, ours: true, theirs: false });

describe("an answer", () => {
  const answers: Answers = { [words.id]: { choice: "theirs", of: contentOf(words) } };

  test("resolves its conflict, and is sent by its name", () => {
    expect(isResolved(words, answers)).toBe(true);
    expect(resolutionsOf([words, seconds], answers)).toEqual({ "scene-3.description": "theirs" });
  });

  test("counts no more once a side changed, until it is confirmed", () => {
    const moved = { ...words, theirs: "She stays until dawn" };
    expect(isOutdated(moved, answers)).toBe(true);
    expect(isResolved(moved, answers)).toBe(false);
    expect(resolutionsOf([moved], answers)).toEqual({});
  });

  test("of conflicts that are gone is not sent", () => {
    expect(resolutionsOf([fate], answers)).toEqual({});
  });
});

describe("one's own value", () => {
  test("is of the field's kind", () => {
    expect(valueOf(words, "She sleeps")).toBe("She sleeps");
    expect(valueOf(seconds, "2.5")).toBe(2.5);
    expect(valueOf(seconds, "two")).toBeUndefined();
    expect(valueOf(conflict("scene-1.characters", { field: "characters" }), "Nana、月")).toEqual(["Nana", "月"]);
  });

  test("of a line keeps who says it", () => {
    const line = { id: "ab", speaker: "Nana", line: "Go." };
    const spoken = conflict("shot-7.dialogue.ab", { field: "dialogue.ab", ours: null, theirs: line });
    expect(valueOf(spoken, "Stay.")).toEqual({ ...line, line: "Stay." });
  });

  test("is not asked for where only a side can be taken", () => {
    expect(editorOf(fate)).toBeNull();
    expect(editorOf(conflict("shot-7.place", { field: "place" }))).toBeNull();
  });

  test("that is none leaves the conflict open", () => {
    const answers: Answers = { [seconds.id]: { choice: "own", text: "", of: contentOf(seconds) } };
    expect(isResolved(seconds, answers)).toBe(false);
  });
});

test("the next open conflict comes round, and there may be none", () => {
  const answers: Answers = { [seconds.id]: { choice: "ours", of: contentOf(seconds) } };
  const all = [words, seconds, fate];
  expect(nextOpen(all, answers, 0)).toBe(2);
  expect(nextOpen(all, answers, 2)).toBe(0);
  expect(nextOpen([seconds], answers, 0)).toBe(-1);
  expect(nextOpen([], answers, -1)).toBe(-1);
});
