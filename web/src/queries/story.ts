import { useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told, type Scene, type SceneCard, type Shapes, type Shot } from "../api/client";
import { changed, moved } from "../lib/order";
import { fail } from "../lib/toasts";
import { branchesOf } from "./branches";
import { keys } from "./keys";
import { Overtaken, valuesOf, writeScene, writeShot } from "./writing";

type Id = MaybeRefOrGetter<number>;
type Name = MaybeRefOrGetter<string>;

export const useBranches = (project: Id, isWanted: MaybeRefOrGetter<boolean> = true) =>
  useQuery({
    enabled: computed(() => toValue(isWanted)),
    queryKey: computed(() => keys.branches(toValue(project))),
    queryFn: () => branchesOf(toValue(project)),
  });

const boardOf = (project: number, branch: string) => {
  const params = { path: { project_id: project }, query: { branch_name: branch } };
  return told(api.GET("/api/anime/projects/{project_id}/board", { params }));
};

/** The cards of a branch, where there is one: in a new project nobody has named any yet. */
export const useBoard = (project: Id, branch: Name, isThere: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: computed(() => keys.board(toValue(project), toValue(branch))),
    enabled: computed(() => toValue(isThere)),
    queryFn: () => boardOf(toValue(project), toValue(branch)),
  });

/** Asks for what the board shows before it is there to show it. What is refused it asks for anew. */
export async function askForBoard(client: QueryClient, project: number, branch: string): Promise<void> {
  const queryKey = keys.branches(project);
  const branches = await client.fetchQuery({ queryKey, queryFn: () => branchesOf(project) }).catch(() => []);
  if (branches.some((one) => one.name === branch)) {
    await client.prefetchQuery({ queryKey: keys.board(project, branch), queryFn: () => boardOf(project, branch) });
  }
}

export const useStale = (project: Id, branch: Name, isThere: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: computed(() => keys.stale(toValue(project), toValue(branch))),
    enabled: computed(() => toValue(isThere)),
    queryFn: () => {
      const path = { project_id: toValue(project) };
      const query = { branch_name: toValue(branch) };
      return told(api.GET("/api/anime/projects/{project_id}/stale", { params: { path, query } }));
    },
  });

export const useScene = (id: Id) =>
  useQuery({
    queryKey: computed(() => keys.scene(toValue(id))),
    queryFn: () =>
      told(api.GET("/api/anime/scenes/{scene_id}", { params: { path: { scene_id: toValue(id) } } })),
  });

export const useShots = (scene: Id) =>
  useQuery({
    queryKey: computed(() => keys.shots(toValue(scene))),
    queryFn: () => {
      const params = { path: { scene_id: toValue(scene) }, query: { limit: 1000 } };
      return told(api.GET("/api/anime/scenes/{scene_id}/shots", { params }));
    },
  });

interface SceneChange {
  scene: Scene;
  change: Shapes["SceneUpdate"];
}

type Named = Pick<Scene, "id" | "project_id">;

/** What can be done to the scenes of a story. Each shows at once, and is taken back if refused. */
export function useSceneVerbs() {
  const client = useQueryClient();
  const onBoards = (project: number, change: (cards: SceneCard[]) => SceneCard[]) =>
    client.setQueriesData<SceneCard[]>({ queryKey: keys.boards(project) }, (cards) => cards && change(cards));
  const refresh = (project: number) =>
    client.invalidateQueries({ queryKey: keys.boards(project) });

  const create = useMutation({
    mutationFn: (body: Shapes["SceneCreate"]) => told(api.POST("/api/anime/scenes", { body })),
    onSuccess: (_, { project_id }) =>
      Promise.all([refresh(project_id), client.invalidateQueries({ queryKey: keys.branches(project_id) })]),
    onError: fail,
  });
  const update = useMutation({
    mutationFn: ({ scene, change }: SceneChange) => writeScene(scene, change),
    onMutate: ({ scene, change }) => {
      onBoards(scene.project_id, (cards) =>
        cards.map((card) => (card.id === scene.id ? ({ ...card, ...change } as SceneCard) : card)),
      );
      client.setQueryData<Scene>(keys.scene(scene.id), (old) => old && ({ ...old, ...change } as Scene));
    },
    onSuccess: (scene) => {
      client.setQueryData(keys.scene(scene.id), scene);
      onBoards(scene.project_id, (cards) =>
        cards.map((card) => (card.id === scene.id ? { ...card, ...scene } : card)),
      );
    },
    onError: (error, { scene, change }) => {
      fail(error);
      const before = valuesOf(scene, change as Partial<Scene>);
      onBoards(scene.project_id, (cards) =>
        cards.map((card) => (card.id === scene.id ? { ...card, ...before } : card)),
      );
      if (error instanceof Overtaken) {
        // At once, so that what they wrote stands beside what was written here.
        const theirs = error.theirs as Scene;
        onBoards(scene.project_id, (cards) =>
          cards.map((card) => (card.id === theirs.id ? { ...card, ...theirs } : card)),
        );
        client.setQueryData(keys.scene(theirs.id), theirs);
        return;
      }
      void refresh(scene.project_id);
      void client.invalidateQueries({ queryKey: keys.scene(scene.id) });
    },
  });
  const trash = useMutation({
    mutationFn: (scene: Named) =>
      told(api.DELETE("/api/anime/scenes/{scene_id}", { params: { path: { scene_id: scene.id } } })),
    onMutate: (scene) => {
      onBoards(scene.project_id, (cards) => cards.filter((card) => card.id !== scene.id));
    },
    onError: (error, scene) => {
      fail(error);
      void refresh(scene.project_id);
    },
  });
  const restore = useMutation({
    mutationFn: (scene: Named) => {
      const params = { path: { scene_id: scene.id } };
      return told(api.POST("/api/anime/scenes/{scene_id}/restore", { params }));
    },
    onSuccess: (scene) => refresh(scene.project_id),
    onError: fail,
  });
  const last = useMutation({
    mutationFn: ({ card, duration }: { card: SceneCard; duration: number }) =>
      writeShot({ id: card.shot_ids[0] ?? 0, duration: card.duration }, { duration }),
    onMutate: ({ card, duration }) => {
      onBoards(card.project_id, (cards) =>
        cards.map((other) => (other.id === card.id ? { ...other, duration } : other)),
      );
    },
    onError: fail,
    onSettled: (_, __, { card }) => refresh(card.project_id),
  });
  return { create, update, last, trash, restore };
}

interface Move {
  scenes: ReadonlySet<number>;
  before: number | null;
}

/** Moves scenes before another, or to the end of the branch. */
export function useReorder(project: Id, branch: Name) {
  const client = useQueryClient();
  const key = () => keys.board(toValue(project), toValue(branch));
  return useMutation({
    mutationFn: ({ ids }: { ids: number[] }) => {
      const body = { project_id: toValue(project), branch_name: toValue(branch), scene_ids: ids };
      return told(api.POST("/api/anime/scenes/reorder", { body }));
    },
    onError: fail,
    onSettled: () => client.invalidateQueries({ queryKey: key() }),
  });
}

/** The request for a move, and the cards as it leaves them; null where nothing moves. */
export function planMove(cards: SceneCard[], move: Move): { ids: number[]; cards: SceneCard[] } | null {
  const after = moved(cards, move.scenes, move.before);
  const ids = changed(cards, after);
  return ids.length ? { ids, cards: after } : null;
}

/** Changes a shot's own words. */
export function useShotVerbs(scene: Id) {
  const client = useQueryClient();
  const settle = () => client.invalidateQueries({ queryKey: keys.shots(toValue(scene)) });
  // The shot of an edit that is taken back is as it was then: what is shown beside it is newer.
  const show = ({ id, scene_id }: Shot, fields: object): void => {
    client.setQueryData<Shot[]>(keys.shots(scene_id), (list) =>
      list?.map((now) => (now.id === id ? { ...now, ...fields } : now)),
    );
  };
  const update = useMutation({
    mutationFn: ({ shot, change }: { shot: Shot; change: Shapes["ShotUpdate"] }) => writeShot(shot, change),
    onMutate: ({ shot, change }) => show(shot, change),
    onSuccess: (shot) => show(shot, shot),
    onError: (error, { shot, change }) => {
      fail(error);
      // At once, so that what they wrote stands beside what was written here.
      show(shot, error instanceof Overtaken ? (error.theirs as Shot) : valuesOf(shot, change));
    },
    onSettled: settle,
  });
  const create = useMutation({
    mutationFn: () => {
      const params = { path: { scene_id: toValue(scene) } };
      return told(api.POST("/api/anime/scenes/{scene_id}/shots", { params, body: {} }));
    },
    onError: fail,
    onSettled: settle,
  });
  return { update, create };
}
