import type { everywhere as English } from "../en/everywhere";
import { sentencesIn } from "../sentences";
import { many } from "./many";
import { sentences } from "./sentences";

/** How long something took, as people say it. */
function long(seconds: number): string {
  if (seconds < 60) {
    return many(Math.max(1, Math.round(seconds)), "秒");
  }
  const whole = Math.round(seconds / 60);
  const [hours, rest] = [Math.floor(whole / 60), whole % 60];
  return [...(hours ? [many(hours, "時間")] : []), ...(rest ? [many(rest, "分")] : [])].join("");
}

export const everywhere: typeof English = {
  studio: "Tower Anime",
  skip: "本文へ移動",
  told: sentencesIn(sentences),
  nav: {
    projects: "プロジェクト",
    board: "ボード",
    story: "ストーリー",
    characters: "キャラクター",
    workflows: "ワークフロー",
    cut: "編集版",
    renders: "レンダリング",
    help: "キーボードショートカット",
    language: "言語",
    ofBrowser: "ブラウザーに合わせる",
    notKept: "このブラウザーには設定を保存できないため、言語はブラウザーに合わせたままです。",
    theme: { dark: "明るいテーマにする", light: "暗いテーマにする" },
  },
  actions: {
    add: "追加",
    approve: "承認",
    archive: "ゴミ箱に入れる",
    cancel: "キャンセル",
    close: "閉じる",
    create: "作成",
    discard: "破棄",
    edit: "編集",
    more: "その他",
    open: "開く",
    reload: "もう一度試す",
    remove: "外す",
    rename: "名前を変更",
    render: "レンダリング",
    reject: "却下",
    restore: "復元",
    retry: "もう一度レンダリング",
    save: "保存",
    undo: "元に戻す",
    upload: "アップロード",
    withdraw: "承認を取り消す",
  },
  doing: (verb, what) => `${verb}：${what}`,
  help: {
    everywhere: "全画面共通",
    open: "このショートカット一覧を表示",
    space: "スペース",
  },
  live: {
    live: "ライブ：変更はすぐに反映されます",
    connecting: "接続中…",
    lost: "サーバーに接続できません。表示が古い可能性があります。再接続を試みています。",
  },
  errors: {
    unreachable: "サーバーに接続できません。起動していますか？",
    unforeseen: "スタジオで問題が発生しました。ページを再読み込みして、もう一度お試しください。",
    status: (n) => `サーバーが理由を示さずに${n}を返しました。ログに手がかりがあるかもしれません。`,
    picture: "このファイルはここでは表示できません。",
    changed: "その間に別の人が変更しました。書いた内容は残っています。見比べてから、もう一度保存してください。",
  },
  editing: {
    unsaved: "未保存の文章",
    again: (field) => `${field}を保存できていません。もう一度保存`,
    hint: "Ctrl+Enterで保存、Escで中止",
    cellHint: "Enterで保存、Escで中止",
    overtaken: "その間に別の人がこう書きました：",
    mine: "自分の文章：",
    nothing: "（なし）",
    keepTheirs: "相手の文章にする",
    saveMine: "自分の文章を保存",
  },
  takingBack: {
    undone: (name) => `${name}：最後の編集を元に戻しました。`,
    redone: (name) => `${name}：編集をやり直しました。`,
    redo: "やり直す",
    key: "最後の編集を元に戻す（Shiftでやり直す）",
  },
  time: {
    now: "たった今",
    minutes: (n) => many(n, "分前"),
    hours: (n) => many(n, "時間前"),
    days: (n) => many(n, "日前"),
    seconds: (n) => `${n}秒`,
    long,
  },
};
