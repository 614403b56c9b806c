/* 日本語。What the studio says in Japanese; each file has the messages of its namesake in `en/`.

   The product's words, as people in anime production say them:

     project   プロジェクト（作品 where the film itself is meant）
     character キャラクター   location 場所   prop プロップ   version バージョン（版）
     story     ストーリー   tag タグ
     branch    ブランチ   fork 分岐   compare 比較   merge マージ   conflict 競合   revert 巻き戻す
     scene     シーン     shot カット (a カット is what is drawn and rendered; never ショット)
     cut       編集版 (the edit of approved takes; never カット)   item クリップ   slate 仮素材
     take      テイク     stage 工程     workflow ワークフロー     binding 割り当て
     engine    エンジン   animatic アニマティック   storyboard 絵コンテ   script 脚本
     morning   朝のチェック   run (the takes of one request) 回
     render    レンダリング   queue キュー   queued 待機中   failed 失敗   cancelled 中止
     approve   承認       reject 却下    not judged 未チェック    review チェック
     stale     要更新 (the take is right, but what it was made of is not what it is now)   cause 理由
     frame     コマ       camera カメラワーク   dialogue 台詞   duration 尺（秒数）
     trash     ゴミ箱     restore 復元   undo 元に戻す   history 履歴

   Buttons and labels end in a noun; sentences are in です・ます and end with 「。」. Names that
   people gave stand in 「」. No space between Japanese and Latin letters or digits: the page's style
   sets them apart. Colons, brackets and question marks are wide. */
import type { Messages } from "../en";
import { boards } from "./boards";
import { branches } from "./branches";
import { cutting } from "./cutting";
import { everywhere } from "./everywhere";
import { making } from "./making";
import { morning } from "./morning";
import { parcels } from "./parcels";
import { queue } from "./queue";
import { settings } from "./settings";
import { story } from "./story";
import { trash } from "./trash";
import { workflows } from "./workflows";

export const ja: Messages = {
  ...everywhere,
  ...story,
  ...trash,
  ...making,
  ...boards,
  ...branches,
  ...cutting,
  ...morning,
  ...parcels,
  ...queue,
  ...settings,
  ...workflows,
};
