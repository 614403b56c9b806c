// What is written on a board, in a tile or a cell of the table, and taken back.
import type { Scene, SceneCard, Shapes } from "../../api/client";
import { words } from "../../messages";
import type { useSceneVerbs } from "../../queries/story";
import { useTakingBack } from "../../queries/takingBack";
import type { Meaning } from "./columns";

export function useSceneEdits(verbs: ReturnType<typeof useSceneVerbs>, board: () => string) {
  const edits = useTakingBack(board);
  const nameOf = (scene: Scene): string => words.board.scene(scene.scene_number);

  const change = (row: Scene, change: Shapes["SceneUpdate"]) =>
    edits.write({
      name: nameOf(row),
      row,
      change,
      put: (scene, change) => verbs.update.mutateAsync({ scene, change }),
    });
  const last = (row: SceneCard, duration: number) =>
    edits.write({
      name: nameOf(row),
      row,
      change: { duration },
      put: async (card, { duration }) => {
        await verbs.last.mutateAsync({ card, duration });
        return { ...card, duration };
      },
    });

  const save = (scene: SceneCard, description: string) => change(scene, { description });
  const write = (card: SceneCard, meaning: Meaning) =>
    "change" in meaning ? change(card, meaning.change) : last(card, meaning.duration);
  return { save, write, shortcut: edits.shortcut };
}
