import type { trash as English } from "../en/trash";

export const trash: typeof English = {
  trash: {
    open: "回收站",
    restore: (name) => `还原“${name}”`,
    restored: (name) => `已还原“${name}”。`,
    scenes: "回收站里的场景",
    noScenes: "回收站里没有此分支的场景。",
    cuts: "回收站里的剪辑",
    noCuts: "回收站里没有此分支的剪辑。",
    characters: "回收站里的角色",
    noCharacters: "回收站里没有角色、地点或道具。",
  },
};
