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
  return [...(hours ? [many(hours, "小时")] : []), ...(rest ? [many(rest, "分钟")] : [])].join(" ");
}

export const everywhere: typeof English = {
  studio: "Tower Anime",
  skip: "跳到正文",
  told: sentencesIn(sentences),
  nav: {
    projects: "项目",
    board: "看板",
    story: "故事",
    characters: "角色",
    workflows: "工作流",
    cut: "剪辑",
    renders: "渲染",
    help: "键盘快捷键",
    language: "语言",
    ofBrowser: "跟随浏览器",
    notKept: "此浏览器不保存设置，因此语言仍跟随浏览器。",
    theme: { dark: "切换到浅色主题", light: "切换到深色主题" },
  },
  actions: {
    add: "添加",
    approve: "通过",
    archive: "移到回收站",
    cancel: "取消",
    close: "关闭",
    create: "创建",
    discard: "放弃",
    edit: "编辑",
    more: "更多",
    open: "打开",
    reload: "重试",
    remove: "移除",
    rename: "重命名",
    render: "渲染",
    reject: "否决",
    restore: "还原",
    retry: "重新渲染",
    save: "保存",
    undo: "撤销",
    upload: "上传",
    withdraw: "撤回通过",
  },
  doing: (verb, what) => `${verb}：${what}`,
  help: {
    everywhere: "全局",
    open: "显示这些快捷键",
    space: "空格",
  },
  live: {
    live: "实时：变更会立即显示",
    connecting: "正在连接…",
    lost: "无法连接到服务。当前显示的内容可能已过时，正在重新连接。",
  },
  errors: {
    unreachable: "无法连接到服务。它在运行吗？",
    unforeseen: "页面出了问题。请重新加载页面后再试。",
    status: (n) => `服务返回了 ${n}，没有说明原因；日志里可能有线索。`,
    picture: "此文件无法在这里显示。",
    changed: "在此期间有人改动了这里。你写的内容已保留；请对照后重新保存。",
  },
  editing: {
    unsaved: "未保存的文字",
    again: (field) => `${field}未能保存，重试`,
    hint: "Ctrl+Enter 保存，Esc 放弃",
    cellHint: "Enter 保存，Esc 放弃",
    overtaken: "在此期间有人写了：",
    mine: "你写的是：",
    nothing: "（无）",
    keepTheirs: "采用对方的",
    saveMine: "保存我的",
  },
  takingBack: {
    undone: (name) => `${name}：已撤销上一次编辑。`,
    redone: (name) => `${name}：已重做编辑。`,
    redo: "重做",
    key: "撤销上一次编辑；加按 Shift 重做",
  },
  time: {
    now: "刚刚",
    minutes: (n) => many(n, "分钟前"),
    hours: (n) => many(n, "小时前"),
    days: (n) => many(n, "天前"),
    seconds: (n) => `${n} 秒`,
    long,
  },
};
