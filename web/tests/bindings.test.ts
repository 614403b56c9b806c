import { describe, expect, test } from "vitest";
import { canonical, fitting, likely, offered, partsOf, withBound, without, type Bound } from "../src/areas/workflow/bindings";
import { marksOf } from "../src/areas/workflow/marks";
import { heightOf, isLong, nodesOf, outputsOf, shown } from "../src/areas/workflow/graph";

const GRAPH = {
  "4": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "anime.safetensors" }, _meta: { title: " " } },
  "6": { class_type: "CLIPTextEncode", inputs: { clip: ["4", 1], text: "a roof" }, _meta: { title: "Positive" } },
  "9": { class_type: "SaveImage", inputs: { images: ["6", 0], sizes: { __value__: [1, 2] } }, _meta: { title: "Save" } },
};
const nodes = nodesOf(GRAPH);
const [loader, text] = nodes;
const BOUND: Bound = { prompt: [{ node: "6", input: "text" }], output: [{ node: "9" }] };

describe("a graph", () => {
  test("tells its links from its values", () => {
    expect(text?.entries.map(({ name, from }) => [name, from])).toEqual([["clip", { node: "4", output: 1 }], ["text", null]]);
    expect(nodesOf({ "1": { class_type: "X", inputs: { size: [1, 2], pair: ["a", "b"] } } })[0]?.entries.map(({ from }) => from)).toEqual([null, null]);
  });

  test("calls a node without a title by its class", () => {
    expect(nodes.map(({ title }) => title)).toEqual(["CheckpointLoaderSimple", "Positive", "Save"]);
  });

  test("calls an output by what it feeds", () => {
    expect(outputsOf(nodes).get("4")).toEqual([{ output: 1, name: "clip" }]);
  });

  test("shows a list that is wrapped as it is", () => {
    expect(nodes[2]?.entries.map(({ value, from }) => (from ? "" : shown(value)))).toEqual(["", "[1,2]"]);
  });

  test("has more room for a long text", () => {
    const [long] = nodesOf({ "1": { class_type: "X", inputs: { text: "one\ntwo" } } });
    expect(long?.entries.map(isLong)).toEqual([true]);
    expect(heightOf(long ?? nodes[0]!, 0)).toBeGreaterThan(heightOf(loader ?? nodes[0]!, 0));
  });
});

describe("bindings", () => {
  test("give a place to one name alone", () => {
    const bound = withBound(BOUND, { name: "negative_prompt", node: "6", input: "text", rule: null });
    expect(bound).toEqual({ output: [{ node: "9" }], negative_prompt: [{ node: "6", input: "text" }] });
  });

  test("fill several places with one name", () => {
    const bound = withBound(BOUND, { name: "output", node: "6", input: null, rule: null });
    expect(bound.output).toEqual([{ node: "9" }, { node: "6" }]);
    expect(without(bound, { node: "9", input: null }).output).toEqual([{ node: "6" }]);
  });

  test("are the same in any order, with or without what is absent", () => {
    const other: Bound = { output: [{ node: "9", input: null, rule: null }], prompt: [{ node: "6", input: "text" }] };
    expect(canonical(other)).toBe(canonical(BOUND));
    const ruled = (rule: object): Bound => ({ frames: [{ node: "5", input: "length", rule }] });
    expect(canonical(ruled({ multiple: 4 }))).toBe(canonical(ruled({ multiple: 4, plus: 0, most: null })));
    expect(canonical(ruled({ multiple: 4 }))).not.toBe(canonical(ruled({ multiple: 8 })));
  });

  test("go over to a newer graph where it has their places", () => {
    const newer = nodesOf({ "6": { class_type: "CLIPTextEncode", inputs: { text: ["7", 0] } }, "7": { class_type: "Text", inputs: {} }, "9": GRAPH["9"] });
    const { kept, lost } = fitting(BOUND, newer);
    expect(kept).toEqual({ output: [{ node: "9" }] });
    expect(lost.map(({ name }) => name)).toEqual(["prompt"]);
  });

  test("are offered by what an input holds and is called", () => {
    const groups = (name: string, value: unknown) => likely({ name, value, from: null });
    expect(groups("text", "a roof")[0]).toBe("words");
    expect(groups("image", "example.png")[0]).toBe("pictures");
    expect(groups("lora_name", "ink.safetensors")[0]).toBe("models");
    expect(groups("seed", 7)).toEqual(["numbers"]);
    expect(groups("batch", true)).toEqual([]);
  });

  test("are offered for one character more than are bound, and for each stage", () => {
    const bound = { "lora:2": [{ node: "4", input: "ckpt_name" }] };
    expect(offered("models", bound, [])).toEqual(["lora:1", "lora:2", "lora:3"]);
    expect(offered("pictures", {}, ["keyframe"]).slice(-3)).toEqual(["character_image:1", "character_image:2", "stage:keyframe"]);
  });

  test("are suggested where nothing is bound yet, each with its reason", () => {
    const bindings = { prompt: [{ node: "6", input: "text" }], output: [{ node: "9" }] };
    const reasons = [{ name: "output", node: "9", input: null, title: "Save", text: "It saves." }];
    const written = [{ name: "prompt", node: "5", input: "text" }, { name: "seed", node: "5", input: "text" }];
    const marks = marksOf({ seed: [{ node: "6", input: "text" }] }, { bindings, reasons, written }, undefined);
    expect([...marks.suggested.values()].map(({ name, reason }) => [name, reason])).toEqual([["output", "It saves."]]);
    expect([...marks.taken.values()].map(({ name }) => name)).toEqual(["seed"]);
    expect([...marks.written.values()]).toEqual([["prompt", "seed"]]);
  });

  test("of a character or a stage have a part of their own", () => {
    expect(partsOf("character_image:2")).toEqual({ name: "character_image", part: "2" });
    expect(partsOf("seed")).toEqual({ name: "seed", part: null });
  });
});
