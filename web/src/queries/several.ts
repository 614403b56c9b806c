// What is done to several scenes of a board at once: shown at once, and asked for anew at the end.
import { useQueryClient } from "@tanstack/vue-query";
import { api, told, type SceneCard, type Shapes } from "../api/client";
import { several } from "../lib/several";
import { fail } from "../lib/toasts";
import { keys } from "./keys";
import { writeScene } from "./writing";

export type Candidate = Shapes["Candidate"];

/** Does one thing to many; tells once what failed, and gives those to which it was done. */
export async function eachOf<T>(
  things: readonly T[],
  act: (thing: T) => Promise<unknown>,
  atOnce?: number,
): Promise<T[]> {
  const { done, failed } = await several(things, act, atOnce);
  if (failed[0]) {
    fail(failed[0].error);
  }
  return done;
}

export function useSeveral() {
  const client = useQueryClient();

  async function all<T>(things: T[], project: number, act: (thing: T) => Promise<unknown>): Promise<T[]> {
    const done = await eachOf(things, act);
    await client.invalidateQueries({ queryKey: keys.boards(project) });
    return done;
  }
  const onBoards = (project: number, change: (cards: SceneCard[]) => SceneCard[]): void => {
    client.setQueriesData<SceneCard[]>({ queryKey: keys.boards(project) }, (cards) => cards && change(cards));
  };

  return {
    trash(project: number, cards: SceneCard[]): Promise<SceneCard[]> {
      const gone = new Set(cards.map((card) => card.id));
      onBoards(project, (others) => others.filter((card) => !gone.has(card.id)));
      return all(cards, project, (card) =>
        told(api.DELETE("/api/anime/scenes/{scene_id}", { params: { path: { scene_id: card.id } } })),
      );
    },
    restore: (project: number, cards: SceneCard[]): Promise<SceneCard[]> =>
      all(cards, project, (card) =>
        told(api.POST("/api/anime/scenes/{scene_id}/restore", { params: { path: { scene_id: card.id } } })),
      ),
    /** Changes scenes, each from the state in which it is known. */
    change(
      project: number,
      cards: SceneCard[],
      to: (card: SceneCard) => Shapes["SceneUpdate"],
    ): Promise<SceneCard[]> {
      const changes = new Map(cards.map((card) => [card.id, to(card)]));
      onBoards(project, (others) =>
        others.map((card) => ({ ...card, ...changes.get(card.id) }) as SceneCard),
      );
      return all(cards, project, (card) => writeScene(card, changes.get(card.id) ?? {}));
    },
    approve: (project: number, candidates: Candidate[]): Promise<Candidate[]> =>
      all(candidates, project, ({ shot_id, take_id }) => {
        const params = { path: { shot_id } };
        return told(api.POST("/api/anime/shots/{shot_id}/approve", { params, body: { take_id } }));
      }),
    /** Takes approvals back, so that the takes wait to be judged again. */
    withdraw: (project: number, candidates: Candidate[]): Promise<Candidate[]> =>
      all(candidates, project, async ({ shot_id, take_id }) => {
        const take = await told(
          api.GET("/api/anime/takes/{take_id}", { params: { path: { take_id } } }),
        );
        const params = { path: { shot_id } };
        const body = { stage: take.stage };
        return told(api.POST("/api/anime/shots/{shot_id}/withdraw", { params, body }));
      }),
  };
}
