import { describe, expect, test } from "vitest";
import { MOD, shownKey } from "../src/areas/everywhere/machine";
import { foundFor, isOneThing, pressed, type Shortcut } from "../src/lib/shortcuts";

const shortcut = (keys: string[], run: Shortcut["run"] = () => undefined): Shortcut => ({ keys, text: "", run });
const key = (name: string, held: Partial<Parameters<typeof pressed>[0]> = {}) =>
  pressed({ key: name, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...held });

describe("a shortcut", () => {
  test("is found by its key with what is held", () => {
    expect(key("Z", { ctrlKey: true, shiftKey: true })).toBe("Mod+z");
    expect(key("ArrowUp", { altKey: true, shiftKey: true })).toBe("Alt+Shift+ArrowUp");
    const [all, one] = [shortcut(["Escape"]), shortcut(["Escape", "q"])];
    const groups = [all, one].map((own) => ({ title: "", shortcuts: [own] }));
    expect(foundFor("Escape", groups)).toBe(one);
    expect(foundFor("x", groups)).toBeUndefined();
  });

  test("is one thing to choose where none of its keys does another", () => {
    expect(isOneThing(shortcut(["j"], (event) => void event.key))).toBe(true);
    expect(isOneThing(shortcut(["Delete", "Backspace"]))).toBe(true);
    expect(isOneThing(shortcut(["[", "]"], (event) => void event.key))).toBe(false);
  });

  test.each([
    ["Mod+a", `${MOD} A`],
    ["Shift+ArrowLeft", "Shift ←"],
    ["+", "+"],
    ["Mod++", `${MOD} +`],
    ["-", "-"],
  ])("%s is shown as %s", (name, shown) => {
    expect(shownKey(name)).toBe(shown);
  });
});
