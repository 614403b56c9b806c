import { describe, expect, test } from "vitest";
import { fit, found } from "../src/areas/everywhere/finding";
import { fuzzy } from "../src/areas/everywhere/fuzzy";

const score = (wanted: string, text: string): number => fuzzy(wanted, text)?.score ?? -Infinity;

describe("finding by a few letters", () => {
  test.each([
    ["mdv", "Moonlit Delivery"],
    ["delivery moon", "Moonlit Delivery"],
    ["BAMBU", "Bambú"],
    ["かぐや", "かぐや姫"],
    ["nfd", "noir Fée du café"],
    ["ｶﾞﾌﾞ", "ガブ"],
    ["Ｍｏｏｎ", "Moonlit Delivery"],
  ])("%s finds %s", (wanted, text) => {
    expect(fuzzy(wanted, text)).not.toBeNull();
  });

  test.each([
    ["xyz", "Moonlit Delivery"],
    ["moonn", "Moon"],
    ["yrevile", "Delivery"],
  ])("%s does not find %s", (wanted, text) => {
    expect(fuzzy(wanted, text)).toBeNull();
  });

  test("says which letters were meant", () => {
    expect(fuzzy("md", "Moonlit Delivery")?.places).toEqual([0, 8]);
    expect(fuzzy("", "anything")?.places).toEqual([]);
  });

  test("prefers what is together, what begins a word, and what says less else", () => {
    expect(score("ren", "Renders")).toBeGreaterThan(score("ren", "Green"));
    expect(score("board", "Board")).toBeGreaterThan(score("board", "Board of the branch"));
    expect(score("ks", "Kite of Stars")).toBeGreaterThan(score("ks", "Risks"));
  });

  test("takes whatever is typed, symbols and letters beyond the first plane too", () => {
    expect(fuzzy("(.*", "a (.*) b")).not.toBeNull();
    expect(fuzzy("🌙", "by 🌙light")).not.toBeNull();
    expect(fuzzy("a".repeat(5000), "a".repeat(63))).toBeNull();
  });
});

describe("the palette", () => {
  const scene = (n: number, beside: string) => ({ text: `Scene ${n}`, beside });
  const items = {
    view: [{ text: "Board", beside: "" }, { text: "Renders", beside: "" }],
    scene: [scene(1, "Rain on the harbour"), scene(12, "A courier runs"), scene(112, "Board the train")],
  };
  const kinds = ["view", "scene"] as const;

  test("knows a scene by its number before all else", () => {
    const [first] = found(items, kinds, "12");
    expect(first).toEqual({ kind: "scene", items: [items.scene[1], items.scene[2]] });
  });

  test("knows a scene by words in any order", () => {
    expect(found(items, kinds, "hárbour ＲＡＩＮ")).toEqual([{ kind: "scene", items: [items.scene[0]] }]);
  });

  test("holds a name for better than words", () => {
    const [first, second] = found(items, kinds, "board");
    expect(first?.items).toEqual([items.view[0]]);
    expect(second?.items).toEqual([items.scene[2]]);
  });

  test("shows some of everything where nothing is typed, and nothing where nothing fits", () => {
    expect(found(items, kinds, " ").map((group) => group.kind)).toEqual(["view", "scene"]);
    expect(found(items, kinds, "qqq")).toEqual([]);
    expect(fit("qqq", scene(1, "Rain"))).toBeNull();
  });
});
