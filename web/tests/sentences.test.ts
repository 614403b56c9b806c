import { describe, expect, test } from "vitest";
import { sentencesIn } from "../src/messages/sentences";
import { sentences as ja } from "../src/messages/ja/sentences";
import { sentences as zh } from "../src/messages/zh/sentences";

const inJapanese = sentencesIn(ja);
const inChinese = sentencesIn(zh);

// As the service wrote them, each of a kind.
test.each([
  ["Branch main begun", "ブランチ「main」を作成", "建立分支“main”"],
  ["Branch 月の便り forked from main", "「main」からブランチ「月の便り」を分岐", "从“main”派生分支“月の便り”"],
  ['Branch main tagged "shown to Mika"', "ブランチ「main」にタグ「shown to Mika」を付けた", "分支“main”加上标签“shown to Mika”"],
  ["Branch main went back to change 42", "ブランチ「main」を変更42まで巻き戻した", "分支“main”回退到改动 42"],
  ["Branch main: description changed", "ブランチ「main」：内容を変更", "分支“main”：改动了内容"],
  ["Branch main: Nana renamed to Kaguya in 1 scene", "ブランチ「main」：1シーンで「Nana」の名前を「Kaguya」に変更", "分支“main”：1 个场景中的“Nana”改名为“Kaguya”"],
  ["Taken back: Branch B2 merged into main", "取り消し：「B2」を「main」にマージ", "已撤销：“B2”合并到“main”"],
  ["Done again: Scene 2: description changed", "やり直し：シーン2：内容を変更", "已重做：场景 2：改动了内容"],
  ["Scene -3 created on main", "シーン-3を「main」に作成", "在“main”新建场景 -3"],
  ["Scene 1, shot 10: camera, dialogue changed", "シーン1 カット10：カメラワーク、台詞を変更", "场景 1 镜头 10：改动了运镜、台词"],
  ["Scene 1, shot 20: moved to the trash", "シーン1 カット20をゴミ箱に移動", "移到回收站：场景 1 镜头 20"],
  ["Scene 9 moved to the trash", "シーン9をゴミ箱に移動", "移到回收站：场景 9"],
  ["Scene 1: shots 10, 30 moved", "シーン1：カット10, 30を移動", "场景 1：移动镜头 10, 30"],
  ["Scene 4 changed from the script: description, shot 10", "シーン4を脚本から変更：内容、カット10", "按剧本修改场景 4：内容、镜头 10"],
  ["Scene 4 written from the script: 2 shots", "シーン4を脚本から作成：2カット", "按剧本写入场景 4：2 个镜头"],
  ["Scene 1, shot 10: video take approved", "シーン1 カット10：動画のテイクを承認", "场景 1 镜头 10：视频通过"],
  ["Take 2 (keyframe) of scene 5, shot 10: uploaded", "シーン5 カット10 テイク2（キーフレーム）：アップロード", "场景 5 镜头 10 第 2 条（关键帧）：上传"],
  ["Kaguya: introduced", "「Kaguya」を登場キャラクターに追加", "新增角色“Kaguya”"],
  ["Kaguya: version 3, prompt changed", "「Kaguya」：バージョン3（プロンプトを変更）", "“Kaguya”：版本 3（改动了提示词）"],
  ["Kaguya: version 4, as version 1 was", "「Kaguya」：バージョン4（バージョン1の内容）", "“Kaguya”：版本 4（与版本 1 相同）"],
  ["Kaguya moved to the trash", "Kaguyaをゴミ箱に移動", "移到回收站：Kaguya"],
  ["Project The Grove created", "プロジェクト「The Grove」を作成", "新建项目“The Grove”"],
  ["Cut Episode 1: assembling asked for", "編集版「Episode 1」の書き出し：開始待ち", "剪辑“Episode 1”合成：等待开始"],
  ["Engine Laptop: url changed", "エンジン「Laptop」：アドレスを変更", "引擎“Laptop”：改动了地址"],
  [
    "Rendered by ComfyUI from the workflow Wan 2.2, with seed 7: 81 frames of 832x480 at 16 a second.",
    "ワークフロー「Wan 2.2」を使ってComfyUIでレンダリング（シード7、81コマ、832x480、毎秒16コマ）。",
    "由 ComfyUI 按工作流“Wan 2.2”渲染（种子 7，81 帧，832x480，每秒 16 帧）。",
  ],
  ["Drawn by the engine animatic with seed 7.", "エンジンanimaticで描画（シード7）。", "由引擎 animatic 绘制（种子 7）。"],
  ["Kaguya in version 3.", "「Kaguya」はバージョン3。", "“Kaguya”用的是版本 3。"],
  [
    "Made by gpu1 (ComfyUI 0.3.64) in 12.5 s, on 2026-11-25, 03:08 UTC.",
    "gpu1（ComfyUI 0.3.64）が12.5秒で作成（2026-11-25, 03:08 UTC）。",
    "由 gpu1（ComfyUI 0.3.64）用 12.5 秒完成（2026-11-25, 03:08 UTC）。",
  ],
  ["data folder", "データフォルダー", "数据文件夹"],
  ["83,411 MiB are free on its disk.", "ディスクの空きは83,411MiBです。", "所在磁盘剩余 83,411 MiB。"],
  ["gpu2 is offline: It refused the connection.", "「gpu2」はオフラインです：It refused the connection.", "“gpu2”离线：It refused the connection."],
  ["Something that nobody foresaw", "Something that nobody foresaw", "Something that nobody foresaw"],
])("%j is told in each language", (english, japanese, chinese) => {
  expect(inJapanese(english)).toBe(japanese);
  expect(inChinese(english)).toBe(chinese);
});

test("languages tell the same sentences, by the same names", () => {
  expect(zh.forms.map(([english]) => english)).toEqual(ja.forms.map(([english]) => english));
  expect(Object.keys(zh.names)).toEqual(Object.keys(ja.names));
});

describe.each([
  ["Japanese", ja],
  ["Chinese", zh],
])("in %s", (_, { forms }) => {
  test.each(forms)("%j keeps all that is in it", (english, told) => {
    const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
    expect(places(told)).toEqual(places(english));
  });

  test.each(forms)("%j has its own punctuation", (_english, told) => {
    expect(told).not.toMatch(/[぀-ヿ一-鿿}] ?[,.:;!?]|[()]\{/);
  });
});
