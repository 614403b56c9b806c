// Brings what the stream tells into the kept answers, with as few questions as it can.
import type { QueryClient } from "@tanstack/vue-query";
import { api, told, type Cut, type Overview, type SceneCard, type Take } from "../api/client";
import { Problem } from "../api/problems";
import { tell } from "../queries/history";
import { keys, type Key } from "../queries/keys";
import { renew, renewAsked } from "../queries/renewing";
import { sceneOfShot, withCard } from "./cards";
import { outdatedBy, withFilmProgress, withProgress, withTake, type Change, type Progress } from "./news";
import { dropPreview, showPreview } from "./previews";
import type { Listener } from "./stream";

// The first is asked for at once. What comes within this time after it is asked for together.
const GATHER_MS = 250;
// So many cards are asked for one by one; more, and the board is asked for as a whole.
const MOST_CARDS = 8;

export function applying(client: QueryClient): Listener {
  const old = new Map<string, Key>();
  const scenes = new Map<number, Set<number>>(); // by their projects
  const takes = new Set<number>();
  let timer = 0;
  let restsUntil = 0;

  const soon = (): void => {
    timer ||= window.setTimeout(
      () => {
        timer = 0;
        restsUntil = performance.now() + GATHER_MS;
        void flush();
      },
      Math.max(0, restsUntil - performance.now()),
    );
  };
  const outdate = (...names: Key[]): void => {
    names.forEach((name) => old.set(JSON.stringify(name), name));
    soon();
  };
  const refreshCard = (project: number, scene: number | undefined): void => {
    if (scene === undefined || !hasBoard(client, project)) {
      outdate(keys.boards(project)); // a first one may be on its way
      return;
    }
    scenes.set(project, (scenes.get(project) ?? new Set()).add(scene));
    soon();
  };

  const flush = async (): Promise<void> => {
    const [names, cards, ended] = [[...old.values()], [...scenes], [...takes]];
    old.clear();
    scenes.clear();
    takes.clear();
    const many = cards.filter(([, of]) => of.size > MOST_CARDS);
    names.push(...many.map(([project]) => keys.boards(project)));
    const few = cards.filter(([, of]) => of.size <= MOST_CARDS);
    names.forEach((name) => renew(client, name));
    await Promise.all([
      ...few.flatMap(([project, of]) => [...of].map((scene) => freshCard(client, project, scene))),
      ...ended.map(async (id) => {
        const take = await freshTake(client, id);
        for (const [name, cards] of take ? boardsOf(client, take.project_id) : []) {
          // Branches share takes by lineage; a board knows its own shots alone.
          const card = cards && take && sceneOfShot(cards, take.shot_id);
          if (card) {
            refreshCard(card.project_id, card.id);
          } else if (cards) {
            outdate(name as Key);
          }
        }
      }),
    ]);
  };

  return {
    change(change: Change): void {
      outdate(...outdatedBy(change));
      tell(client, change);
      const project = change.project_id;
      if (project === null) {
        return;
      }
      if (change.subject === "scene") {
        refreshCard(project, change.subject_id);
      } else if (change.subject === "shot") {
        refreshCard(project, sceneShowing(client, project, change.subject_id));
      } else if (change.subject === "take") {
        takes.add(change.subject_id);
        soon();
      }
    },
    progress(news: Progress): void {
      if (news.subject === "cut") {
        const mine = { queryKey: keys.allCuts(news.project_id) };
        client.setQueriesData<Cut[]>(mine, (list) => list && withFilmProgress(list, news));
        return;
      }
      if (news.subject !== "take") {
        if (news.subject === "engine") {
          outdate(keys.engines());
        }
        return;
      }
      client.setQueriesData<Take[]>({ queryKey: keys.allTakes() }, (list) => list && withProgress(list, news));
      client.setQueriesData<Take[]>({ queryKey: keys.allUnderWay() }, (list) => list && withProgress(list, news));
      const project = client
        .getQueryData<Overview[]>(keys.overview())
        ?.find((one) => one.project_id === news.project_id);
      if (project?.running === 0 && news.status === "running") {
        outdate(keys.overview());
      }
      // That takes were queued is in no log: the first hint of one that nobody knows tells it. Of
      // a project that nobody looks at, nothing needs to be known.
      const queue = keys.underWay(news.project_id);
      const known = client.getQueryData<Take[]>(queue);
      if (known && !known.some((take) => take.id === news.subject_id)) {
        outdate(queue, keys.allTakes());
      }
    },
    preview: showPreview,
    reset(): void {
      renew(client, []);
    },
  };
}

type Board = [readonly unknown[], SceneCard[] | undefined];

const boardsOf = (client: QueryClient, project: number): Board[] =>
  client.getQueriesData<SceneCard[]>({ queryKey: keys.boards(project) });

const hasBoard = (client: QueryClient, project: number): boolean =>
  boardsOf(client, project).some(([, cards]) => cards !== undefined);

function sceneShowing(client: QueryClient, project: number, shot: number): number | undefined {
  return boardsOf(client, project)
    .map(([, cards]) => cards && sceneOfShot(cards, shot))
    .find((card) => card !== undefined)?.id;
}

/** Asks for one card of each board that is kept, and puts it there. */
async function freshCard(client: QueryClient, project: number, scene: number): Promise<void> {
  for (const [queryKey] of boardsOf(client, project)) {
    const branch = String(queryKey[2]);
    const path = { project_id: project };
    const query = { branch_name: branch, scene_id: scene };
    const call = api.GET("/api/anime/projects/{project_id}/board", { params: { path, query } });
    const answer = await told(call).catch(() => undefined);
    if (answer) {
      client.setQueryData<SceneCard[]>(queryKey, (cards) => cards && withCard(cards, scene, answer[0]));
      renewAsked(client, queryKey as Key);
    }
  }
}

/** Asks for a take that ended, and puts it into the lists that have it. */
async function freshTake(client: QueryClient, id: number): Promise<Take | undefined> {
  const call = api.GET("/api/anime/takes/{take_id}", { params: { path: { take_id: id } } });
  let take: Take;
  try {
    take = await told(call);
  } catch (error) {
    if (error instanceof Problem) {
      return undefined; // in the trash by now, or the service is gone: a later change tells
    }
    throw error;
  }
  dropPreview(id);
  client.setQueriesData<Take[]>({ queryKey: keys.allUnderWay() }, (list) =>
    list?.filter((other) => other.id !== id || take.status === "queued"),
  );
  client.setQueriesData<Take[]>({ queryKey: keys.allTakes() }, (list) => list && withTake(list, take));
  renewAsked(client, keys.allUnderWay());
  renewAsked(client, keys.allTakes());
  renew(client, keys.takes(take.shot_id));
  return take;
}
