import type { queue as English } from "../en/queue";
import { many } from "./many";

export const queue: typeof English = {
  queue: {
    title: "キュー",
    left: (time) => `残り約${time}`,
    leftFrom: "最近のテイクの所要時間から",
    pause: "一時停止",
    resume: "再開",
    paused: (when, by) =>
      `レンダリングは一時停止中です（${[when, ...(by ? [by] : [])].join("、")}）。レンダリング中のものは最後まで続け、再開するまで新しいものは始めません。`,
    pausedNow: "レンダリングを一時停止しました。レンダリング中のものは最後まで続け、新しいものは始めません。",
    resumed: "レンダリングを再開しました。",
    render: "レンダリング…",
    first: "最優先でレンダリング",
    drag: "ドラッグ、またはShift+矢印キーで順番を変更",
    place: (n, all) => `キューの${all}件中${n}番目`,
    moved: (n) => `${n}番目に移動しました。`,
    more: (n) => `この後に${many(n, "テイク")}が待機中です。`,
    showMore: "さらに表示",
    branch: "ブランチ",
    keys: {
      walk: "キューのテイクを選ぶ",
      earlier: "順番を早める・遅らせる",
      cancel: "選んだテイクを中止",
      pause: "一時停止・再開",
      render: "不足分・要更新をレンダリング",
    },
  },
};
