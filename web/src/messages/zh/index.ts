/* 简体中文。What the studio says in Simplified Chinese; each file has the messages of its namesake
   in `en/`.

   The product's words, as people in animation production say them:

     project   项目（作品 where the film itself is meant）
     character 角色   location 地点   prop 道具   version 版本
     story     故事   tag 标签
     branch    分支   fork 派生   compare 对比   merge 合并   conflict 冲突   revert 回退
     scene     场景（第几场）   shot 镜头   cut 剪辑 (the edit of approved takes)
     item      片段   slate 占位画面
     take      条 (第 3 条, 3 条; as a heading 条次)
     stage     环节   workflow 工作流   binding 绑定
     engine    引擎   animatic 动态分镜   storyboard 分镜   script 剧本
     morning   早间审片   run (the takes of one request) 批次
     render    渲染   queue 队列   queued 排队中   failed 失败   cancelled 已取消
     approve   通过   reject 否决   not judged 未审   review 审阅
     stale     需更新 (the take is right, but what it was made of is not what it is now)   cause 原因
     frame     帧     camera 运镜   dialogue 台词   duration 时长（秒数）
     trash     回收站   restore 还原   undo 撤销   history 历史

   Readers are 你. Sentences end with 「。」, labels with nothing; names that people gave stand in “”.
   A space stands between Chinese and Latin letters or digits; punctuation is wide. */
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

export const zh: Messages = {
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
