import type { parcels as English } from "../en/parcels";

export const parcels: typeof English = {
  parcels: {
    sample: "创建示例作品",
    sampleAbout: "也可以先四处看看：一部有角色和场景的短片，会在你眼前画出来。",
    sampleMaking: "正在创建…",
    sampleMade: (name) => `“${name}”已创建，正在绘制它的镜头。`,
    export: "导出",
    import: "导入",
    importHint: "从导出的文件导入项目",
    sending: (part) => `正在发送（${Math.floor(100 * part)}%）`,
    checking: "正在检查内容…",
    progress: "文件发送进度",
    imported: (name) => `“${name}”已连同文件中的全部内容导入。`,
  },
};
