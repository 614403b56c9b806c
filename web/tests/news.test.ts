import { describe, expect, test } from "vitest";
import { outdatedBy, withProgress, withTake } from "../src/live/news";
import { keys } from "../src/queries/keys";
import { change, take } from "./make";

describe("a hint of progress", () => {
  test("moves its take, and no other", () => {
    const takes = [take(1), take(2)];
    const after = withProgress(takes, { project_id: 1, subject: "take", subject_id: 2, status: "running", progress: 0.75 });
    expect(after[0]).toBe(takes[0]);
    expect(after[1]).toMatchObject({ id: 2, progress: 0.75 });
    expect(takes[1]?.progress).toBe(0.25);
  });

  test("that comes after the end changes nothing", () => {
    const takes = [take(1, { status: "done", progress: 1 })];
    expect(withProgress(takes, { project_id: 1, subject: "take", subject_id: 1, status: "running", progress: 0.9 })).toBe(takes);
  });

  test("of something else, or of nothing new, leaves the very same list", () => {
    const takes = [take(1)];
    expect(withProgress(takes, { project_id: 1, subject: "take", subject_id: 7, progress: 0.9 })).toBe(takes);
    expect(withProgress(takes, { project_id: 1, subject: "take", subject_id: 1, progress: 0.25 })).toBe(takes);
  });

  test("that tells no progress keeps the one that is known", () => {
    const after = withProgress([take(1, { status: "queued", progress: 0 })], { project_id: 1, subject: "take", subject_id: 1, status: "running" });
    expect(after[0]).toMatchObject({ status: "running", progress: 0 });
  });
});

describe("a take that ended", () => {
  test("keeps the verdict of the shot whose list it is in", () => {
    const here = [take(1, { shot_id: 20, verdict: "approved" })];
    const after = withTake(here, take(1, { shot_id: 10, status: "done", verdict: "unreviewed" }));
    expect(after[0]).toMatchObject({ status: "done", verdict: "approved", shot_id: 20 });
  });

  test("takes over its new verdict on its own shot", () => {
    const after = withTake([take(1)], take(1, { status: "done", verdict: "rejected" }));
    expect(after[0]?.verdict).toBe("rejected");
  });

  test("is not added to lists that do not have it", () => {
    const takes = [take(1)];
    expect(withTake(takes, take(2))).toBe(takes);
  });
});

describe("a change makes old", () => {
  test("of a scene: itself, its shots, and what is stale in its project", () => {
    const names = outdatedBy(change({ subject: "scene", subject_id: 7 }));
    expect(names).toContainEqual(keys.scene(7));
    expect(names).toContainEqual(keys.shots(7));
    expect(names).toContainEqual(keys.sceneTrashes(1));
    expect(names).toContainEqual(keys.allStale(1));
    expect(names).not.toContainEqual(keys.boards(1));
  });

  test("of a project that goes to the trash: nothing that is in it", () => {
    const names = outdatedBy(change({ subject: "project", verb: "deleted" }));
    expect(names).toContainEqual(keys.allProjects());
    expect(names).not.toContainEqual(keys.allStale(1));
  });

  test("of a cut: the cuts of its project, and those in the trash", () => {
    expect(outdatedBy(change({ subject: "cut" }))).toEqual(
      expect.arrayContaining([keys.allCuts(1), keys.cutTrashes(1)]),
    );
  });

  test("of a branch, such as a reordering: its boards", () => {
    expect(outdatedBy(change({ subject: "branch" }))).toContainEqual(keys.boards(1));
  });

  test("of a character: its versions, for each change makes one", () => {
    expect(outdatedBy(change({ subject: "character", subject_id: 3 }))).toContainEqual(keys.versions(3));
  });

  test("of a project's settings: every plan in it", () => {
    expect(outdatedBy(change({ subject: "project", project_id: 4 }))).toContainEqual(keys.allStale(4));
  });

  test("of what this page does not know: nothing but the overview", () => {
    expect(outdatedBy(change({ subject: "weather" }))).toEqual([keys.overview()]);
  });
});
