import { beforeEach, describe, expect, test, vi } from "vitest";
import { draftOf, dropDraft, isOvertaken, keepDraft } from "../src/lib/drafts";

// Node has no storage of a browser's kind; this one is as small as that of a full one.
class Storage {
  readonly items = new Map<string, string>();
  limit = Infinity;
  getItem = (key: string): string | null => this.items.get(key) ?? null;
  removeItem = (key: string): void => void this.items.delete(key);
  setItem(key: string, value: string): void {
    if (value.length > this.limit) {
      throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
    }
    this.items.set(key, value);
  }
}

let storage: Storage;
beforeEach(() => {
  storage = new Storage();
  vi.stubGlobal("localStorage", storage);
});

const OF = "scene:7:description";

describe("unsaved words", () => {
  test("are there again, with what they began from", () => {
    keepDraft(OF, { text: "Dawn — 夜明け", base: "Night" });
    expect(draftOf(OF)).toEqual({ text: "Dawn — 夜明け", base: "Night" });
    expect(draftOf("scene:8:description")).toBeNull();
  });

  test("that are again as they were need no keeping", () => {
    keepDraft(OF, { text: "Dawn", base: "Night" });
    keepDraft(OF, { text: "Night", base: "Night" });
    expect(draftOf(OF)).toBeNull();
    expect(storage.items.size).toBe(0);
  });

  test("are gone when they are saved", () => {
    keepDraft(OF, { text: "Dawn", base: "Night" });
    dropDraft(OF);
    expect(draftOf(OF)).toBeNull();
  });

  test("of another program, or broken, are none", () => {
    for (const stored of ["", "{", "null", "7", '{"text":3,"base":"x"}', '{"text":"x"}']) {
      storage.items.set(`tower:draft:${OF}`, stored);
      expect(draftOf(OF)).toBeNull();
    }
  });

  test("do not stop anybody from writing where the storage is full", () => {
    storage.limit = 10;
    keepDraft(OF, { text: "Dawn over the harbour", base: "Night" });
    expect(draftOf(OF)).toBeNull();
  });
});

describe("somebody else's words", () => {
  test("overtake a draft that began from others", () => {
    expect(isOvertaken({ text: "mine", base: "old" }, "theirs")).toBe(true);
  });

  test("that are the same as mine, or as those it began from, do not", () => {
    expect(isOvertaken({ text: "mine", base: "old" }, "mine")).toBe(false);
    expect(isOvertaken({ text: "mine", base: "old" }, "old")).toBe(false);
  });
});
