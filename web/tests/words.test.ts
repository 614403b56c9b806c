import { describe, expect, test } from "vitest";
import { Problem, sentenceOf } from "../src/api/problems";
import { listed, namesIn } from "../src/lib/names";
import { foundFor, type ShortcutGroup } from "../src/lib/shortcuts";
import { differences } from "../src/areas/characters/versions";
import { character } from "./make";

describe("a refusal", () => {
  test("is the service's own sentence", () => {
    expect(Problem.of(409, { detail: "It is the scene's only shot." }).message).toBe("It is the scene's only shot.");
  });

  test("of fields names each, not where in the request it was", () => {
    const detail = [
      { type: "missing", loc: ["body", "name"], msg: "Field required" },
      { type: "x", loc: ["body", "settings", "fps"], msg: "Take a usual rate." },
    ];
    expect(Problem.of(422, { detail }).message).toBe("name: Field required. settings, fps: Take a usual rate.");
  });

  test.each([[undefined], ["<html>"], [{}], [{ detail: 7 }], [null]])("without words (%s) tells its number", (body) => {
    expect(Problem.of(502, body).message).toContain("502");
  });

  test("that nobody foresaw is told without its inner words", () => {
    expect(sentenceOf(new TypeError("x is undefined"))).not.toContain("undefined");
  });
});

test("names are split at commas of any script, each once", () => {
  expect(namesIn(" Kaguya, Okina、Kaguya，\n 帝 ,")).toEqual(["Kaguya", "Okina", "帝"]);
  expect(namesIn("  ")).toEqual([]);
});

test("a key means what the view that came last says", () => {
  const group = (title: string): ShortcutGroup => ({ title, shortcuts: [{ keys: ["n"], text: title, run: () => undefined }] });
  expect(foundFor("n", [group("everywhere"), group("here")])?.text).toBe("here");
  expect(foundFor("m", [group("here")])).toBeUndefined();
});

test("what differs between two versions is told by its fields", () => {
  const looks = { child: { prompt: "small", images: [], loras: [] } };
  expect(differences(character(1), character(2, { prompt: "silk", looks }))).toEqual(["prompt", "looks"]);
  expect(differences(character(1), character(2))).toEqual([]);
});

test("names in a list can be read again as they were", () => {
  expect(namesIn(listed(["Kaguya", "帝"]))).toEqual(["Kaguya", "帝"]);
});
