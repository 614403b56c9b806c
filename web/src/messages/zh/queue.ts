import type { queue as English } from "../en/queue";
import { many } from "./many";

export const queue: typeof English = {
  queue: {
    title: "队列",
    left: (time) => `还需约 ${time}`,
    leftFrom: "按最近各条的用时估算",
    pause: "暂停",
    resume: "继续",
    paused: (when, by) =>
      `渲染已暂停（${[when, ...(by ? [by] : [])].join("，")}）。正在渲染的会完成，继续之前不再开始新的。`,
    pausedNow: "渲染已暂停：正在渲染的会完成，不再开始新的。",
    resumed: "渲染已继续。",
    render: "渲染…",
    first: "优先渲染",
    drag: "拖动或按 Shift+方向键调整先后",
    place: (n, all) => `队列中第 ${n} 位，共 ${all} 位`,
    moved: (n) => `已移到第 ${n} 位。`,
    more: (n) => `后面还有 ${many(n, "条")}在排队。`,
    showMore: "显示更多",
    branch: "分支",
    keys: {
      walk: "选择队列中的一条",
      earlier: "提前或推后",
      cancel: "取消所选的一条",
      pause: "暂停或继续",
      render: "渲染缺少的或需更新的",
    },
  },
};
