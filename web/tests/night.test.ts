import { describe, expect, test } from "vitest";
import type { RunShot } from "../src/api/client";
import { approvedOn, judged } from "../src/lib/judging";
import { busySeconds, choicesOf, failuresOf, looked, makersOf, progressOf, sheetOf } from "../src/areas/morning/night";
import { secondsLeft } from "../src/areas/renders/remaining";
import { take } from "./make";

const shot = (id: number, fields: Partial<RunShot> = {}): RunShot => ({
  shot_id: id,
  scene_id: 1,
  episode: null,
  scene_number: 1,
  shot_number: id,
  scene: "Night, a roof",
  description: "",
  approved: {},
  ...fields,
});
const done = { status: "done", progress: 1 } as const;
const error = (title: string, node: string | null, detail = "Why") => ({ status: "failed", error: { title, detail, node } }) as const;
const at = (minute: number): string => `2025-10-05T05:${String(minute).padStart(2, "0")}:00.000000Z`;

describe("a contact sheet", () => {
  test("has the scenes and shots of the story that have takes, and their takes as they came", () => {
    const shots = [shot(1), shot(2, { scene_id: 2, scene_number: 2 }), shot(3)];
    const takes = looked([take(3, { shot_id: 2 }), take(2, { shot_id: 1 }), take(1, { shot_id: 1 })]);
    const sheet = sheetOf(shots, takes);
    expect(sheet.map((scene) => scene.number)).toEqual([1, 2]);
    expect(sheet[0]?.shots.map((one) => one.takes.map(({ id }) => id))).toEqual([[1, 2]]);
  });

  test("leaves out what was stopped, and failures that were tried again", () => {
    const failed = { ...error("Out of memory", "6"), seed: 1 };
    const takes = [take(1, failed), take(2, { ...failed, seed: 2 }), take(3, { seed: 1 }), take(4, { status: "cancelled" })];
    expect(looked(takes).map(({ id }) => id)).toEqual([2, 3]);
  });
});

describe("what failed", () => {
  test("is told by its cause, the most frequent first, with each sentence once", () => {
    const takes = [
      take(1, error("VAEDecode failed", "7")),
      take(2, error("Out of memory", "6", "24 GB")),
      take(3, error("Out of memory", "6", "12 GB")),
      take(4, error("Out of memory", "6", "12 GB")),
      take(5, error("Out of memory", "9")),
    ];
    const told = failuresOf(takes).map(({ title, node, details, takes: of }) => [title, node, details, of.length]);
    expect(told).toEqual([
      ["Out of memory", "6", ["24 GB", "12 GB"], 3],
      ["VAEDecode failed", "7", ["Why"], 1],
      ["Out of memory", "9", ["Why"], 1],
    ]);
  });
});

describe("what waits for a choice", () => {
  const choices = (approved: RunShot["approved"], ...takes: Parameters<typeof take>[1][]) =>
    choicesOf(sheetOf([shot(10, { approved })], takes.map((fields, n) => take(n + 1, { ...done, ...fields }))));

  test("is a shot whose takes are done, and none of them approved", () => {
    expect(choices({}, {}, {}).map((choice) => choice.takes.length)).toEqual([2]);
    expect(choices({ video: 2 }, {}, {})).toEqual([]);
    expect(choices({}, { verdict: "rejected" }, { status: "running" })).toEqual([]);
  });

  test("is asked for each stage apart", () => {
    const found = choices({ keyframe: 1 }, { stage: "keyframe" }, { stage: "video" });
    expect(found.map((choice) => [choice.stage, choice.hasOlder])).toEqual([["video", false]]);
  });

  test("is also a shot that has nothing but an older take approved", () => {
    const sheet = sheetOf([shot(10, { approved: { video: 3 } })], [take(7, done)]);
    expect(choicesOf(sheet).map((choice) => choice.hasOlder)).toEqual([true]);
  });
});

describe("how long a run took", () => {
  test("is the time in which something was rendered, however many at once", () => {
    const takes = [
      take(1, { started_at: at(0), finished_at: at(10) }),
      take(2, { started_at: at(5), finished_at: at(12) }),
      take(3, { started_at: at(40), finished_at: null }),
      take(4),
    ];
    expect(busySeconds(takes, Date.parse(at(41)))).toBe(13 * 60);
  });

  test("counts what was begun and ended towards what is over", () => {
    expect(progressOf([take(1, done), take(2, { status: "failed", progress: 0 }), take(3, { progress: 0.5 }), take(4, { progress: 0 })])).toBe(0.625);
    expect(progressOf([])).toBe(0);
  });

  test("is told with those who rendered it, and without what was there already", () => {
    const takes = [take(1, { ...done, engine_id: 4 }), take(2, { ...done, engine_id: 4 }), take(3, done), take(4, { ...done, reused_from: 1 })];
    expect([...makersOf(takes)]).toEqual([
      [4, 2],
      ["animatic", 1],
    ]);
  });
});

describe("how long a queue takes", () => {
  const past = [take(1, { ...done, started_at: at(0), finished_at: at(2) }), take(2, { ...done, stage: "keyframe", started_at: at(0), finished_at: at(1) })];

  test("is as long as takes of their kinds took, divided by those that run side by side", () => {
    const queue = [take(3, { progress: 0.5 }), take(4, { stage: "keyframe", progress: 0 }), take(5, { status: "queued", progress: 0 })];
    expect(secondsLeft(queue, past)).toBe((60 + 60 + 120) / 2);
  });

  test("is not told where nothing is known, or nothing waits", () => {
    expect(secondsLeft([take(3)], [take(1, { ...done, reused_from: 9 })])).toBeNull();
    expect(secondsLeft([], past)).toBeNull();
  });
});

describe("a verdict", () => {
  test("takes the place of the one before it, of that stage and shot alone", () => {
    const approved = { verdict: "approved" } as const;
    const takes = [take(1, approved), take(2), take(3, { ...approved, stage: "keyframe" }), take(4, { ...approved, shot_id: 11 })];
    const after = judged(takes, take(2), "approved").map((one) => one.verdict);
    expect(after).toEqual(["unreviewed", "approved", "approved", "approved"]);
  });

  test("is known of a run's shot at once, and taken back with the take that had it", () => {
    const [approved] = approvedOn([shot(10, { approved: { keyframe: 1 } })], take(2), "approved");
    expect(approved?.approved).toEqual({ keyframe: 1, video: 2 });
    expect(approvedOn([shot(10, { approved: { video: 2 } })], take(2), "rejected")[0]?.approved).toEqual({});
    expect(approvedOn([shot(10, { approved: { video: 9 } })], take(2), "rejected")[0]?.approved).toEqual({ video: 9 });
  });
});
