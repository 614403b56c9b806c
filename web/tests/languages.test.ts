import { describe, expect, test } from "vitest";
import { isComposing, leaveKeysToInputMethods } from "../src/lib/composing";
import { en } from "../src/messages/en";
import { ja } from "../src/messages/ja";
import { languageFor, languageOf, localeFor } from "../src/messages/languages";
import { zh } from "../src/messages/zh";

describe("a reader", () => {
  test.each([
    [["ja-JP", "en"], "ja"],
    [["zh-CN"], "zh-Hans"],
    [["zh-SG"], "zh-Hans"],
    [["zh"], "zh-Hans"],
    [["fr", "ja"], "ja"],
    [["zh-TW", "en-US"], "en"],
    [["en-GB", "ja"], "en"],
    [["fr"], "en"],
    [["en-US@posix", "not a tag"], "en"],
    [[], "en"],
  ])("who prefers %j reads %s", (preferred, language) => {
    expect(languageFor(preferred)).toBe(language);
  });

  test("of traditional Chinese is not given simplified", () => {
    expect(languageOf("zh-Hant-HK")).toBeUndefined();
  });

  test("sees dates as in their own country, where they read its language", () => {
    expect(localeFor("en", ["ja-JP", "en-GB"])).toBe("en-GB");
    expect(localeFor("ja", ["en-GB"])).toBe("ja");
  });
});

type Tree = { [name: string]: unknown };

// What is told to messages that numbers say nothing to.
const TOLD: Record<string, unknown[]> = {
  "morning.by": [["2", "3"]],
  "morning.on": [["2", "3"]],
  "morning.sentence": [["2", "3"]],
  "workflows.from": ["2"],
};

/** Every message with its path, as a function with `()`; functions are told the numbers 2 and 3. */
function* texts(of: object, path = ""): Generator<[path: string, text: string]> {
  for (const [name, value] of Object.entries(of as Tree)) {
    if (typeof value === "function") {
      const given = TOLD[path + name] ?? [2, 3];
      yield [`${path}${name}()`, String((value as (...given: unknown[]) => unknown)(...given))];
    } else if (typeof value === "object" && value !== null) {
      yield* texts(value, `${path}${name}.`);
    } else {
      yield [`${path}${name}`, String(value)];
    }
  }
}

describe.each([
  ["Japanese", ja],
  ["Chinese", zh],
])("%s", (_, messages) => {
  // What English and the others share: a name, an address, numbers alone.
  const SHARED = [
    ...["studio", "told()", "renders.addressPlaceholder", "settings.engines.comfyui", "settings.python", "settings.databases()"],
    ...["render.cause()", "renders.stage()", "renders.percent()", "scene.changedFrom()", "merge.where()"],
    ...["workflow.placeOf()", "cut.short()", "history.clock()"],
  ];
  // Dates are written as `Intl` does: with months in numbers, and marks of its own.
  const isDate = (path: string): boolean => ["branches.day()", "history.day()", "morning.runOf()"].includes(path);

  test("says everything in its own words", () => {
    const english = new Map(texts(en));
    const same = [...texts(messages)].filter(([path, text]) => english.get(path) === text).map(([path]) => path);
    expect(same.filter((path) => !SHARED.includes(path))).toEqual([]);
  });

  test("takes up all that is said to it, as English does", () => {
    const told = (text: string): string[] => (text.match(/\d+/g) ?? []).sort();
    const english = new Map(texts(en));
    for (const [path, text] of [...texts(messages)].filter(([path]) => path.endsWith("()") && !isDate(path))) {
      expect([path, told(text)]).toEqual([path, told(english.get(path) ?? "")]);
    }
  });

  test("has its own punctuation", () => {
    for (const [path, text] of [...texts(messages)].filter(([path]) => !isDate(path))) {
      expect([path, /[぀-ヿ一-鿿] ?[,.:;!?()]/.test(text)]).toEqual([path, false]);
    }
  });

  test("ends sentences where English does", () => {
    const english = new Map(texts(en));
    for (const [path, text] of texts(messages)) {
      if (text.endsWith("。")) {
        expect([path, english.get(path)]).toEqual([path, expect.stringMatching(/[.?]$/)]);
      }
    }
  });
});

test.each([
  ["camera", "カメラワーク", "运镜"],
  ["negative prompt", "ネガティブプロンプト", "负面提示词"],
  ["Hero: version 1 → 2 (image)", "Hero：バージョン1 → 2（画像）", "Hero：版本 1 → 2（图片）"],
  ["Hero: version 1 → none (prompt)", "Hero：バージョン1 → なし（プロンプト）", "Hero：版本 1 → 无（提示词）"],
  ["かぐや: image", "かぐや：画像", "かぐや：图片"],
  ["Hero: now in the shot", "Hero：カットに登場", "Hero：加入镜头"],
  ["Hero: no longer in the shot", "Hero：カットから退場", "Hero：离开镜头"],
  ["Hero: LoRA added", "Hero：LoRAを追加", "Hero：LoRA（新增）"],
  ["size: gone", "画面サイズを削除", "画面尺寸（移除）"],
  ["engine: animatic → comfyui", "エンジン：animatic → comfyui", "引擎：animatic → comfyui"],
  ["workflow: Wan 1 → Wan 2", "ワークフロー：Wan 1 → Wan 2", "工作流：Wan 1 → Wan 2"],
  ["style: prompt", "スタイル：プロンプト", "风格：提示词"],
  ["something new that nobody foresaw", "something new that nobody foresaw", "something new that nobody foresaw"],
])("the cause %j is told in each language", (cause, japanese, chinese) => {
  expect(en.render.cause(cause)).toBe(cause);
  expect(ja.render.cause(cause)).toBe(japanese);
  expect(zh.render.cause(cause)).toBe(chinese);
});

describe("a key", () => {
  const key = (isComposing: boolean, keyCode: number): Event => Object.assign(new Event("keydown"), { isComposing, keyCode });

  test.each([
    ["that an input method takes", true, 13, 0],
    ["that ends a composition in Safari", false, 229, 0],
    ["of its own", false, 13, 1],
  ])("%s (%s, %d) is heard %d times", (_, composing, code, times) => {
    const window = new EventTarget();
    let heard = 0;
    leaveKeysToInputMethods(window);
    window.addEventListener("keydown", () => heard++);
    window.dispatchEvent(key(composing, code));
    expect(heard).toBe(times);
    expect(isComposing({ isComposing: composing, keyCode: code })).toBe(times === 0);
  });
});
