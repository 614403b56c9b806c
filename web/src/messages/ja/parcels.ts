import type { parcels as English } from "../en/parcels";

export const parcels: typeof English = {
  parcels: {
    sample: "サンプル作品を作成",
    sampleAbout: "まずは見て回ることもできます。キャラクターとシーンのある短編を、目の前で描いていきます。",
    sampleMaking: "作成中…",
    sampleMade: (name) => `「${name}」を作成しました。カットを描いています。`,
    export: "書き出し",
    import: "読み込み",
    importHint: "書き出したファイルからプロジェクトを読み込む",
    sending: (part) => `送信中（${Math.floor(100 * part)}%）`,
    checking: "内容を確認中…",
    progress: "ファイルの送信状況",
    imported: (name) => `「${name}」をファイルの内容ごと読み込みました。`,
  },
};
