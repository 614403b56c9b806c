import type { trash as English } from "../en/trash";

export const trash: typeof English = {
  trash: {
    open: "ゴミ箱",
    restore: (name) => `「${name}」を復元`,
    restored: (name) => `「${name}」を復元しました。`,
    scenes: "ゴミ箱のシーン",
    noScenes: "ゴミ箱にこのブランチのシーンはありません。",
    cuts: "ゴミ箱の編集版",
    noCuts: "ゴミ箱にこのブランチの編集版はありません。",
    characters: "ゴミ箱のキャラクター",
    noCharacters: "ゴミ箱にキャラクター、場所、プロップはありません。",
  },
};
