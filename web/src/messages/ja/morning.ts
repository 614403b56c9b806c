import type { morning as English } from "../en/morning";
import { momentsIn } from "../moments";
import { many } from "./many";
import { stageNamed } from "./stages";

const listed = (parts: string[]): string => new Intl.ListFormat("ja").format(parts);

const written = momentsIn("ja");
const when = (moment: string): string => written("hour", moment);

export const morning: typeof English = {
  morning: {
    nav: "朝のチェック",
    title: (isNewest) => (isNewest ? "前回のレンダリング" : "以前のレンダリング"),
    run: "表示する回",
    runOf: (moment, takes) => `${when(moment)} · ${many(takes, "テイク")}`,
    cameOut: (n, time) => `${many(n, "テイク")}が完成しました${time ? `（レンダリング${time}）` : ""}`,
    by: (makers) => `担当：${listed(makers)}`,
    maker: (name, n) => `${name}（${n}）`,
    reused: (n) => `うち${many(n, "テイク")}は作成済みのものを使い、レンダリングしていません。`,
    sentence: (parts) => parts.map((part) => `${part}。`).join(""),
    nothingYet: "まだ何も完成していません。",
    going: (percent, left) => `${percent}%レンダリング済み${left ? `、残り約${left}` : ""}`,
    paused: "レンダリングは一時停止中です。",
    progress: "レンダリングの進み具合",
    failed: (n) => `${n}件失敗`,
    waits: (n) => `選択待ち${n}件`,
    chosen: "すべて選択済み",
    sheet: "コンタクトシート",
    shot: (n) => `カット${n}`,
    take: (n) => `テイク${n}`,
    tile: (scene, shot, take) => `シーン${scene} カット${shot} テイク${take}`,
    inScene: (scene, shot) => `シーン${scene} カット${shot}`,
    episode: (n, scene) => `第${n}話 · ${scene}`,
    failuresTitle: "失敗したもの",
    choicesTitle: "選択待ち",
    choicesText: "チェックするテイクがあり、まだどれも承認されていないカットです。",
    choiceOf: (n, stage, hasOlder) =>
      [many(n, "テイク"), ...(stage ? [stageNamed(stage)] : []), ...(hasOlder ? ["以前のテイクを承認済み"] : [])].join(" · "),
    nothingWaits: "完成したカットは、すべてテイクが決まっています。",
    node: (id) => `ノード${id}`,
    on: (engines) => `エンジン：${listed(engines)}`,
    engine: (id) => `エンジン${id}`,
    moreReasons: (n) => `同様のものがほか${many(n, "件")}`,
    again: (n) => (n === 1 ? "もう一度レンダリング" : `${many(n, "件")}をもう一度レンダリング`),
    allAgain: (n) => `${many(n, "件")}すべてをもう一度レンダリング`,
    queued: (n) => `${many(n, "テイク")}を再びキューに入れました。`,
    another: "もう1テイクをレンダリング",
    emptyTitle: "まだレンダリングしていません",
    empty: "夜のうちに不足分をレンダリングしておけば、朝にはすべてがここに並び、選ぶだけになります。",
    toBoard: "ボードへ",
    noPicture: "この回のものは、もうストーリーに残っていません。",
    keys: {
      walk: "テイクを移動",
      approve: "テイクを承認・承認を取り消す",
      reject: "テイクを却下",
      again: "もう一度・もう1テイクをレンダリング",
      next: "次の選択待ちへ",
      open: "シーンでこのテイクを開く",
    },
  },
};
