import { describe, expect, it } from "vitest";
import { comparePlans } from "../src/areas/scene/plans";

const plan = (parts: Record<string, unknown>, labels: Record<string, string> = {}) => ({
  seed: 7,
  plan: { engine: "animatic", parts, labels },
});

describe("Two plans", () => {
  it("are told apart part by part, with the words of both", () => {
    const one = plan({ camera: "still", style: "ink", cast: ["Hero", "Nana"] });
    const other = plan({ camera: "slow push in", style: "ink", cast: ["Hero"], language: "ja" });
    expect(comparePlans(one, other)).toEqual({
      differing: [
        { part: "camera", leaves: [{ path: "", sides: ["still", "slow push in"] }] },
        { part: "cast", leaves: [{ path: "", sides: ["Hero, Nana", "Hero"] }] },
        { part: "language", leaves: [{ path: "", sides: [null, "ja"] }] },
      ],
      same: ["seed", "style"],
    });
  });

  it("are told by the values that differ deep within a part", () => {
    const graph = (steps: number) => ({ "3": { class_type: "KSampler", inputs: { steps, cfg: 7 } } });
    const told = comparePlans(plan({ graph: graph(20) }), plan({ graph: graph(30) }));
    expect(told?.differing).toEqual([
      { part: "graph", leaves: [{ path: "3.inputs.steps", sides: ["20", "30"] }] },
    ]);
  });

  it("say which version of a character each was made with", () => {
    const [one, other] = [1, 2].map((n) =>
      plan({ "character:Nana": { image: `${n}` } }, { "character:Nana": `version ${n}` }),
    );
    expect(one && other && comparePlans(one, other)?.differing[0]?.leaves).toEqual([
      { path: "", sides: ["version 1", "version 2"] },
      { path: "image", sides: ["1", "2"] },
    ]);
  });

  it("differ in nothing but chance where only the seed is another", () => {
    const one = plan({ camera: "still" });
    expect(comparePlans(one, { ...one, seed: 8 })?.differing).toEqual([
      { part: "seed", leaves: [{ path: "", sides: ["7", "8"] }] },
    ]);
  });

  it("cannot be told apart where one was never planned", () => {
    expect(comparePlans(plan({}), { seed: null, plan: null })).toBeNull();
  });
});
