import { beforeEach, describe, expect, test, vi } from "vitest";
import { nextTick, ref } from "vue";
import { Problem } from "../src/api/problems";
import { toasts } from "../src/lib/toasts";
import { useTakingBack } from "../src/queries/takingBack";
import { Overtaken } from "../src/queries/writing";
import { held } from "./make";

interface Words {
  description: string;
  camera: string;
}

beforeEach(() => {
  vi.stubGlobal("window", globalThis);
  toasts.value = [];
});

/** A view of one shot's words, kept by a service that refuses what others changed since. */
function view() {
  const shown = ref(1);
  const answers: Error[] = [];
  const waits: Promise<void>[] = [];
  const at = { row: { description: "Night", camera: "Still" } };
  const put = async (known: Words, change: Partial<Words>): Promise<Words> => {
    await waits.shift();
    const refused = answers.shift();
    if (refused) {
      throw refused;
    }
    const fields = Object.keys(change) as (keyof Words)[];
    if (fields.some((field) => at.row[field] !== known[field])) {
      throw new Overtaken(at.row);
    }
    at.row = { ...at.row, ...change };
    return at.row;
  };
  const edits = useTakingBack(() => shown.value);
  const write = (change: Partial<Words>) => edits.write({ name: "Shot 10", row: at.row, change, put });
  return { ...edits, at, answers, waits, shown, writes: write };
}

const told = () => toasts.value.map(({ text }) => text);
const toldAt = (count: number) => vi.waitUntil(() => toasts.value.length === count);

describe("edits of a view", () => {
  test("are taken back from the last to the first, and made again", async () => {
    const { at, writes, undo, redo } = view();
    await writes({ description: "Dawn" });
    await writes({ description: "Dusk" });
    await writes({ camera: "Low angle" });
    undo();
    undo();
    await vi.waitUntil(() => at.row.description === "Dawn");
    expect(at.row.camera).toBe("Still");
    undo();
    await vi.waitUntil(() => at.row.description === "Night");
    redo();
    redo();
    await vi.waitUntil(() => at.row.description === "Dusk");
    expect(at.row.camera).toBe("Still");
  });

  test("are told of only when they are taken back, with the way to make them again", async () => {
    const { at, writes, undo } = view();
    await writes({ description: "Dawn" });
    expect(told()).toEqual([]);
    undo();
    await toldAt(1);
    expect(told()).toEqual(["Shot 10: the last edit is undone."]);
    toasts.value[0]?.action?.run();
    await toldAt(2);
    expect(at.row.description).toBe("Dawn");
    undo();
    undo();
    await vi.waitUntil(() => at.row.description === "Night");
  });

  test("leave alone what somebody else wrote since, and are asked for once", async () => {
    const { at, writes, undo } = view();
    await writes({ camera: "Low angle" });
    await writes({ description: "Dawn" });
    at.row = { ...at.row, description: "Their words" };
    undo();
    undo();
    await vi.waitUntil(() => at.row.camera === "Still");
    expect(at.row.description).toBe("Their words");
  });

  test("that could not be sent are taken back with the next try", async () => {
    const { at, answers, writes, undo } = view();
    await writes({ description: "Dawn" });
    answers.push(new Problem(0, "The service is away."));
    undo();
    undo();
    await vi.waitUntil(() => at.row.description === "Night");
  });

  test("of something else than what is shown are not taken back", async () => {
    const { at, shown, writes, undo } = view();
    await writes({ description: "Dawn" });
    shown.value = 2;
    await nextTick();
    await writes({ camera: "Low angle" });
    undo();
    undo();
    await toldAt(1);
    expect(at.row).toEqual({ description: "Dawn", camera: "Still" });
  });

  test("are taken back also while they are on their way, and not the one before", async () => {
    const { at, waits, writes, undo } = view();
    await writes({ camera: "Low angle" });
    const { promise, resolve } = held();
    waits.push(promise);
    const written = writes({ description: "Dawn" });
    undo();
    resolve();
    await written;
    await toldAt(1);
    expect(at.row).toEqual({ description: "Night", camera: "Low angle" });
  });

  test("that were refused are no edits", async () => {
    const { at, answers, writes, undo } = view();
    await writes({ camera: "Low angle" });
    answers.push(new Problem(422, "Too long."));
    await expect(writes({ description: "Dawn" })).rejects.toThrow("Too long.");
    undo();
    await toldAt(1);
    expect(at.row).toEqual({ description: "Night", camera: "Still" });
  });
});
