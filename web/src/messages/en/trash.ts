export const trash = {
  trash: {
    open: "Trash",
    restore: (name: string) => `Restore ${name}`,
    restored: (name: string) => `${name} is back.`,
    scenes: "Scenes in the trash",
    noScenes: "No scene of this branch is in the trash.",
    cuts: "Cuts in the trash",
    noCuts: "No cut of this branch is in the trash.",
    characters: "Characters in the trash",
    noCharacters: "No character, location or prop is in the trash.",
  },
};
