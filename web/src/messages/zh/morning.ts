import type { morning as English } from "../en/morning";
import { momentsIn } from "../moments";
import { many } from "./many";
import { stageNamed } from "./stages";

const listed = (parts: string[]): string => parts.join("、");

const written = momentsIn("zh-Hans");
const when = (moment: string): string => written("hour", moment);

export const morning: typeof English = {
  morning: {
    nav: "早间审片",
    title: (isNewest) => (isNewest ? "最近一批" : "较早一批"),
    run: "批次",
    runOf: (moment, takes) => `${when(moment)} · ${many(takes, "条")}`,
    cameOut: (n, time) => `完成 ${many(n, "条")}${time ? `，渲染用时 ${time}` : ""}`,
    by: (makers) => `引擎：${listed(makers)}`,
    maker: (name, n) => `${name}（${n}）`,
    reused: (n) => `其中 ${many(n, "条")}之前做过，无需渲染。`,
    sentence: (parts) => `${parts.join("，")}。`,
    nothingYet: "还没有完成的条。",
    going: (percent, left) => `已渲染 ${percent}%${left ? `，还需约 ${left}` : ""}`,
    paused: "渲染已暂停。",
    progress: "这一批的渲染进度",
    failed: (n) => `${n} 条失败`,
    waits: (n) => `${n} 个待选`,
    chosen: "全部选定",
    sheet: "小样总览",
    shot: (n) => `镜头 ${n}`,
    take: (n) => `第 ${n} 条`,
    tile: (scene, shot, take) => `场景 ${scene}，镜头 ${shot}，第 ${take} 条`,
    inScene: (scene, shot) => `场景 ${scene}，镜头 ${shot}`,
    episode: (n, scene) => `第 ${n} 集 · ${scene}`,
    failuresTitle: "失败的",
    choicesTitle: "等待选择",
    choicesText: "这些镜头已有可看的条，但还没有一条通过。",
    choiceOf: (n, stage, hasOlder) =>
      [many(n, "条"), ...(stage ? [stageNamed(stage)] : []), ...(hasOlder ? ["较早的一条已通过"] : [])].join(" · "),
    nothingWaits: "完成的镜头都已选定。",
    node: (id) => `节点 ${id}`,
    on: (engines) => `引擎：${listed(engines)}`,
    engine: (id) => `引擎 ${id}`,
    moreReasons: (n) => `还有 ${many(n, "个")}类似的`,
    again: (n) => (n === 1 ? "重新渲染" : `重新渲染这 ${many(n, "条")}`),
    allAgain: (n) => `重新渲染全部 ${many(n, "条")}`,
    queued: (n) => `已将 ${many(n, "条")}重新加入队列。`,
    another: "再渲染一条",
    emptyTitle: "还没有渲染过",
    empty: "晚上渲染缺少的镜头，早上就都在这里，等你挑选。",
    toBoard: "前往看板",
    noPicture: "这一批的内容都已不在故事里。",
    keys: {
      walk: "在各条之间移动",
      approve: "通过这一条或撤回通过",
      reject: "否决这一条",
      again: "重新渲染或再渲染一条",
      next: "下一个待选",
      open: "打开场景并定位到这一条",
    },
  },
};
