import { beforeEach, describe, expect, test, vi } from "vitest";
import { nextTick, ref } from "vue";
import type { Cut } from "../src/api/client";
import { Problem } from "../src/api/problems";
import type { Item } from "../src/areas/cut/places";
import type { State } from "../src/areas/cut/useHistory";
import { useCutting } from "../src/areas/cut/useCutting";
import { Overtaken } from "../src/queries/writing";
import { held, storage } from "./make";

beforeEach(() => {
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("localStorage", storage());
});

const item = (shot: number): Item => ({ shot_id: shot, take_id: null, duration: 4, skip: 0 });
const [ONE, TWO, OTHER] = [[item(1)], [item(1), item(2)], [item(9)]];

const cutOf = (id: number, items: State, fields: Partial<Cut> = {}): Cut => ({
  id,
  project_id: 1,
  branch_name: "main",
  name: "First cut",
  follows_branch: items === null,
  items: (items ?? []).map((one) => ({ ...one, take_id: one.take_id ?? null, scene_id: 1, start: 0 })),
  duration: 0,
  status: "draft",
  progress: 0,
  media_id: null,
  report: null,
  error: null,
  created_at: "2025-10-05T05:01:44.318020Z",
  updated_at: "2025-10-05T05:01:44.318020Z",
  revision: 1,
  deleted_at: null,
  ...fields,
});

/** Somebody at a cut; the service answers as it is told. */
function cutting(start: Cut | null) {
  const [project, branch, cut, rate, isKnown] = [ref(1), ref("main"), ref(start), ref(24), ref(true)];
  const answers: (() => Promise<void> | void)[] = [];
  const meanwhile: (() => void)[] = []; // while a cut is made
  const made: { project: number; branch: string }[] = [];
  const written: { id: number; items: State }[] = [];
  const verbs = {
    create: {
      mutateAsync: (of: { name: string; project: number; branch: string }) => {
        made.push({ project: of.project, branch: of.branch });
        meanwhile.shift()?.();
        return Promise.resolve(cutOf(40 + made.length, null, { branch_name: of.branch }));
      },
    },
    update: {
      mutateAsync: async ({ known, change }: { known: Cut; change: { items: State } }) => {
        await answers.shift()?.();
        written.push({ id: known.id, items: change.items });
        const saved = cutOf(known.id, change.items, { revision: known.revision + 1 });
        cut.value = cut.value?.id === known.id ? saved : cut.value;
        return saved;
      },
    },
    assemble: { mutateAsync: () => Promise.resolve() },
  };
  const edited = useCutting({ project, branch, reel: ref([]), cut, isKnown, rate, verbs });
  return { ...edited, branch, cut, answers, meanwhile, made, written };
}

const refusing = (error: Error) => () => Promise.reject(error);
const settled = async (is: () => boolean): Promise<void> => {
  await vi.waitUntil(is);
  await nextTick();
};

describe("an edit of a cut", () => {
  test("that cannot be sent stays, is said not to be saved, and is sent again", async () => {
    const at = cutting(cutOf(7, ONE));
    at.answers.push(refusing(new Problem(0, "The service is away.")));
    at.edit(TWO);
    await settled(() => at.trouble.value === "unsaved");
    expect(at.items.value).toEqual(TWO);
    expect(at.isSaving.value).toBe(false);
    at.retry();
    await settled(() => at.written.length === 1 && !at.isSaving.value);
    expect(at.trouble.value).toBeNull();
    at.undo();
    await settled(() => at.written.length === 2);
    expect(at.written.map(({ items }) => items)).toEqual([TWO, ONE]);
  });

  test("that is refused is shown no more, and there is no undoing it", async () => {
    const at = cutting(cutOf(7, ONE));
    at.answers.push(refusing(new Problem(422, "No such take.")));
    at.edit(TWO);
    await settled(() => !at.isSaving.value);
    expect(at.items.value).toEqual(ONE);
    expect(at.canUndo.value).toBe(false);
    expect(at.trouble.value).toBeNull();
  });

  test("that somebody was faster than waits for a choice", async () => {
    const at = cutting(cutOf(7, ONE));
    const theirs = cutOf(7, OTHER, { revision: 5 });
    const faster = () => {
      at.cut.value = theirs;
      return Promise.reject(new Overtaken(theirs));
    };
    at.answers.push(faster, faster);
    at.edit(TWO);
    await settled(() => at.trouble.value === "overtaken");
    expect(at.theirs.value.map((place) => place.item)).toEqual(OTHER);
    at.takeTheirs();
    expect([at.items.value, at.canUndo.value]).toEqual([OTHER, false]);
    at.edit(TWO);
    await settled(() => at.trouble.value === "overtaken");
    at.saveMine();
    await settled(() => at.written.length === 1);
    expect(at.written).toEqual([{ id: 7, items: TWO }]);
  });

  test("goes to the branch that it was made on, whatever is looked at by then", async () => {
    const at = cutting(null);
    const { promise, resolve } = held();
    at.answers.push(() => promise);
    at.edit(ONE);
    at.edit(TWO);
    at.branch.value = "night";
    at.cut.value = cutOf(8, OTHER, { branch_name: "night" });
    await nextTick();
    expect(at.items.value).toEqual(OTHER);
    resolve();
    await settled(() => at.written.length > 0);
    expect(at.made).toEqual([{ project: 1, branch: "main" }]);
    expect(at.written.at(-1)).toEqual({ id: 41, items: TWO });
    expect(at.items.value).toEqual(OTHER);
  });

  test("is not undone over what somebody else did since", async () => {
    const at = cutting(cutOf(7, ONE));
    at.edit(TWO);
    await settled(() => !at.isSaving.value);
    expect(at.canUndo.value).toBe(true);
    at.cut.value = cutOf(7, OTHER, { revision: 9 });
    await nextTick();
    expect(at.canUndo.value).toBe(false);
  });
});

describe("an edit that was left before it was saved", () => {
  const away = refusing(new Problem(0, "The service is away."));
  async function leftUnsaved(start: Cut | null) {
    const at = cutting(start);
    at.answers.push(away);
    at.edit(TWO);
    await settled(() => at.trouble.value === "unsaved");
    return at;
  }

  test("is back with the next visit, is saved then, and can be undone", async () => {
    await leftUnsaved(cutOf(7, ONE));
    const again = cutting(cutOf(7, ONE));
    expect(again.items.value).toEqual(TWO);
    await settled(() => !again.isSaving.value);
    expect(again.written).toEqual([{ id: 7, items: TWO }]);
    again.undo();
    await settled(() => again.written.length === 2);
    expect(again.items.value).toEqual(ONE);
    expect(cutting(cutOf(7, ONE)).trouble.value).toBeNull();
  });

  test("is back after another cut was looked at, and another cut has none of it", async () => {
    const at = await leftUnsaved(cutOf(7, ONE));
    at.cut.value = cutOf(8, OTHER);
    await nextTick();
    expect(at.items.value).toEqual(OTHER);
    at.cut.value = cutOf(7, ONE);
    await settled(() => at.written.length === 1);
    expect(at.written).toEqual([{ id: 7, items: TWO }]);
  });

  test("replaces nothing that somebody else made of the cut meanwhile", async () => {
    await leftUnsaved(cutOf(7, ONE));
    const again = cutting(cutOf(7, OTHER, { revision: 5 }));
    expect([again.trouble.value, again.items.value]).toEqual(["overtaken", TWO]);
    const later = cutting(cutOf(7, OTHER, { revision: 5 }));
    expect(later.trouble.value).toBe("overtaken");
    later.takeTheirs();
    expect(later.items.value).toEqual(OTHER);
    expect(cutting(cutOf(7, OTHER)).trouble.value).toBeNull();
  });

  test("goes on over one of before whose answer never came", async () => {
    const at = cutting(cutOf(7, ONE));
    at.answers.push(() => new Promise(() => undefined));
    at.edit(TWO);
    await settled(() => at.answers.length === 0);
    at.edit(OTHER);
    const again = cutting(cutOf(7, TWO, { revision: 2 }));
    await settled(() => again.written.length === 1);
    expect(again.written).toEqual([{ id: 7, items: OTHER }]);
  });

  test("is over where only its answer was lost", async () => {
    await leftUnsaved(cutOf(7, ONE));
    const again = cutting(cutOf(7, TWO, { revision: 2 }));
    expect([again.isSaving.value, again.canUndo.value]).toEqual([false, false]);
    expect(cutting(cutOf(7, ONE)).items.value).toEqual(ONE);
  });

  test("may be the first one of its branch, which the branch's cut has then", async () => {
    await leftUnsaved(null);
    const again = cutting(cutOf(41, null));
    await settled(() => again.written.length === 1);
    expect(again.written).toEqual([{ id: 41, items: TWO }]);
  });

  test("is the last of several, also where the first of them was making the branch's cut", async () => {
    const at = cutting(null);
    at.meanwhile.push(() => at.edit(OTHER));
    at.answers.push(() => new Promise(() => undefined));
    at.edit(TWO);
    await settled(() => at.answers.length === 0);
    const again = cutting(cutOf(41, null));
    await settled(() => again.written.length === 1);
    expect(again.written).toEqual([{ id: 41, items: OTHER }]);
  });

  test("stays until it is saved, also where an older visit's edit is saved meanwhile", async () => {
    const { promise, resolve } = held();
    const at = cutting(cutOf(7, ONE));
    at.answers.push(() => promise);
    at.edit(TWO);
    await settled(() => at.answers.length === 0);
    const again = cutting(cutOf(7, ONE));
    again.answers.push(() => new Promise(() => undefined));
    again.edit(OTHER);
    await settled(() => again.answers.length === 0);
    resolve();
    await settled(() => !at.isSaving.value);
    const later = cutting(cutOf(7, TWO, { revision: 2 }));
    await settled(() => later.written.length === 1);
    expect(later.written).toEqual([{ id: 7, items: OTHER }]);
  });
});
