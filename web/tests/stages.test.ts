import { describe, expect, test } from "vitest";
import { difference, newStage, whole } from "../src/lib/projectSettings";
import { stageShown, stagesOf } from "../src/lib/stages";
import { take } from "./make";

const keyframe = take(1, { stage: "keyframe" });
const video = take(2, { stage: "video" });
const nothing = { stage: null, take: null };

describe("the stage that is looked at", () => {
  const stages = ["keyframe", "video"];

  test("is the one that was asked for, by its name or by a take", () => {
    expect(stageShown(stages, [keyframe, video], { stage: "keyframe", take: 2 })).toBe("keyframe");
    expect(stageShown(stages, [keyframe, video], { stage: null, take: 1 })).toBe("keyframe");
    expect(stageShown(stages, [keyframe], { stage: "gone", take: null })).toBe("keyframe");
  });

  test("is else the furthest that has takes, or the first", () => {
    expect(stageShown(stages, [keyframe, video], nothing)).toBe("video");
    expect(stageShown(stages, [keyframe], nothing)).toBe("keyframe");
    expect(stageShown(stages, [], nothing)).toBe("keyframe");
    expect(stageShown([], [], nothing)).toBeNull();
  });

  test("may be one that the project has no more", () => {
    expect(stagesOf(["video"], [keyframe, video])).toEqual(["video", "keyframe"]);
  });
});

describe("settings of a project", () => {
  test("are sent as far as they differ, and so taken back", () => {
    const before = whole({});
    const after = { ...before, width: 960, prompt: "Watercolour", stages: [{ name: "keyframe", workflow_id: 3 }] };
    expect(difference(before, before)).toEqual({});
    expect(difference(before, after)).toEqual({
      width: 960,
      stages: [{ name: "keyframe", workflow_id: 3 }],
      style: { prompt: "Watercolour" },
    });
    expect(difference(after, before)).toMatchObject({ width: 1280, style: { prompt: "" } });
  });

  test("name a new stage as none is named", () => {
    const named = (...names: string[]) => newStage(names.map((name) => ({ name, workflow_id: null })));
    expect(named("video")).toBe("keyframe");
    expect(named("keyframe", "video", "upscale")).toBe("stage-4");
    expect(named("keyframe", "video", "upscale", "stage-5")).toBe("stage-6");
  });
});
