// What is typed while it is saved, or while others write, is lost nowhere.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { reactive, ref } from "vue";
import type { Workflow } from "../src/api/client";
import { Problem } from "../src/api/problems";
import { draftOf } from "../src/lib/drafts";
import { whole } from "../src/lib/projectSettings";
import { afterSaving, asDraft, changed, fromDraft, NONE, overtaken, rebased, unsaved, without } from "../src/areas/settings/settingsDraft";
import { useBindings } from "../src/areas/workflow/useBindings";
import { useDraftedEdit } from "../src/lib/useDraftedEdit";
import { held, storage } from "./make";

beforeEach(() => vi.stubGlobal("localStorage", storage()));

const saved = whole({ width: 640, height: 360 });

describe("the draft of a project's settings", () => {
  test("lets others' changes of other fields in", () => {
    const draft = changed(NONE, { prompt: "Rain" }, saved);
    const theirs = { ...saved, width: 1920 };
    expect(draft).toEqual({ mine: { prompt: "Rain" }, base: { prompt: "" } });
    expect(unsaved(draft, theirs)).toEqual(["prompt"]);
    expect(overtaken(draft, theirs)).toEqual([]);
  });

  test("tells what others wrote of the same, until one of both is chosen", () => {
    const draft = changed(changed(NONE, { prompt: "Rain" }, saved), { width: 800 }, saved);
    const theirs = { ...saved, prompt: "Snow" };
    expect(overtaken(draft, theirs)).toEqual(["prompt"]);
    expect(without(draft, "prompt").mine).toEqual({ width: 800 });
    expect(overtaken(rebased(draft, "prompt", theirs), theirs)).toEqual([]);
  });

  test("forgets what is again as it was", () => {
    expect(changed(changed(NONE, { width: 800 }, saved), { width: 640 }, saved)).toEqual(NONE);
  });

  test("keeps what was typed while it was saved", () => {
    const sent = { prompt: "Rain", width: 800 };
    const draft = changed(changed(NONE, sent, saved), { prompt: "Rain, night" }, saved);
    expect(afterSaving(draft, sent)).toEqual({ mine: { prompt: "Rain, night" }, base: { prompt: "Rain" } });
  });

  test("of an earlier version, which kept all, is of what differed", () => {
    const kept = { text: JSON.stringify({ ...saved, prompt: "Rain" }), base: JSON.stringify(saved) };
    expect(fromDraft(kept)).toEqual({ mine: { prompt: "Rain" }, base: { prompt: "" } });
    expect(fromDraft({ text: "{", base: "" })).toEqual(NONE);
    expect(fromDraft({ text: "null", base: "7" })).toEqual(NONE);
    const draft = changed(NONE, { prompt: "Rain" }, saved);
    expect(fromDraft(asDraft(draft))).toEqual(draft);
  });
});

test("words typed while others of the same text are saved stay, and go on from those", async () => {
  const { promise, resolve } = held();
  const edited = { of: "scene:1:description", value: "Night", save: () => promise };
  const editing = ref(true);
  const edit = useDraftedEdit(edited, editing);
  edit.write("Dawn");
  const over = edit.finish();
  edit.write("Dawn, rain");
  edited.value = "Dawn";
  resolve();
  expect(await over).toBe(false);
  expect(edit.text.value).toBe("Dawn, rain");
  expect(editing.value).toBe(true);
  expect(draftOf(edited.of)).toEqual({ text: "Dawn, rain", base: "Dawn" });
});

test("a value that somebody else was faster with stays beside theirs until one is chosen", async () => {
  const saved: string[] = [];
  const edited = reactive({
    of: "shot:1:camera",
    value: "Still",
    save: (text: string) => {
      if (edited.value === "Still") {
        edited.value = "Low angle"; // so the service said, and refused
        return Promise.reject(new Problem(412, "Somebody changed the same meanwhile."));
      }
      saved.push(text);
      edited.value = text;
      return Promise.resolve();
    },
  });
  const edit = useDraftedEdit(edited, ref(true));
  edit.write("High angle");
  expect(await edit.finish()).toBe(false);
  expect([edit.overtaken.value, edit.text.value, edit.isSaving.value]).toEqual([true, "High angle", false]);
  expect(await edit.finish()).toBe(false);
  expect(saved).toEqual([]);
  expect(await edit.finish(true)).toBe(true);
  expect([saved, edit.overtaken.value, draftOf(edited.of)]).toEqual([["High angle"], false, null]);
});

test("bindings changed while others are saved stay", async () => {
  const { promise, resolve } = held();
  const workflow = ref({ id: 3, revision: 1, bindings: {} } as Workflow);
  const { bound, change, save } = useBindings(workflow, () => promise);
  const [first, second] = [{ seed: [{ node: "1", input: "seed" }] }, { seed: [{ node: "2", input: "seed" }] }];
  change(first);
  const over = save();
  change(second);
  workflow.value = { ...workflow.value, bindings: first };
  resolve();
  expect(await over).toBe(false);
  expect(bound.value).toEqual(second);
});
