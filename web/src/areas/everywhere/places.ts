// Where the palette can go: asked for when it is opened, and mostly known already.
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { useRouter, type RouteLocationRaw } from "vue-router";
import type { Branch, SceneCard } from "../../api/client";
import { onBranch, queryOf } from "../../lib/addresses";
import { shownKey } from "./machine";
import { groups, isOneThing, runShortcut } from "../../lib/shortcuts";
import { words } from "../../messages";
import { useCharacters } from "../../queries/characters";
import { useProjects } from "../../queries/projects";
import { useBoard, useBranches } from "../../queries/story";

export const KINDS = ["action", "view", "scene", "character", "branch", "project"] as const;
export type Kind = (typeof KINDS)[number];

export interface Item {
  id: string;
  kind: Kind;
  text: string;
  /** What is said beside it: its key, its words. */
  beside: string;
  to?: RouteLocationRaw;
  run?: () => void;
}

const MOST_WORDS = 140;

export function sceneItem(card: SceneCard): Item {
  return {
    id: `scene-${card.id}`,
    kind: "scene",
    text: words.board.scene(card.scene_number),
    beside: card.description.slice(0, MOST_WORDS),
    to: {
      name: "scene",
      params: { project: card.project_id, scene: card.id },
      query: onBranch(card.branch_name),
    },
  };
}

const branchItem = (branch: Branch): Item => ({
  id: `branch-${branch.id}`,
  kind: "branch",
  text: words.palette.onBranch(branch.name),
  beside: branch.description ?? "",
  to: { name: "board", params: { project: branch.project_id }, query: onBranch(branch.name) },
});

/** What the view that is there can do, and that is one thing to choose from a list. */
function actions(): Item[] {
  return [...groups.value].reverse().flatMap(({ shortcuts }, group) =>
    shortcuts
      .filter((shortcut) => !shortcut.inPlace && isOneThing(shortcut))
      .map((shortcut, n) => ({
        id: `action-${group}-${n}`,
        kind: "action" as const,
        text: shortcut.text,
        beside: shownKey(shortcut.keys[0] ?? ""),
        run: () => runShortcut(shortcut),
      })),
  );
}

const NAMES = new Map<string, unknown>(Object.entries(words.nav));
const OF_PROJECT = ":project(\\d+)";

/** The views that have a name in the navigation: of a project, and of the whole studio. */
function useViews(project: () => number, branch: () => string): () => Item[] {
  const routes = useRouter().getRoutes();
  return () =>
    routes.flatMap(({ name, path }) => {
      const text = typeof name === "string" ? NAMES.get(name) : undefined;
      const rest = project() ? path.replace(OF_PROJECT, "") : path;
      const isWhole = typeof text === "string" && !rest.includes(":");
      const params = path.includes(":") ? { project: project() } : {};
      const to = { name, params, query: queryOf(name, branch()) } as RouteLocationRaw;
      return isWhole ? [{ id: `view-${String(name)}`, kind: "view" as const, text, beside: "", to }] : [];
    });
}

export function usePlaces(project: MaybeRefOrGetter<number>, branch: MaybeRefOrGetter<string>) {
  const isProject = computed(() => toValue(project) > 0);
  const projects = useProjects(false);
  const branches = useBranches(project, isProject);
  const isThere = computed(() => branches.data.value?.some((one) => one.name === toValue(branch)) ?? false);
  const board = useBoard(project, branch, isThere);
  const characters = useCharacters(project, isProject);

  const views = useViews(() => toValue(project), () => toValue(branch));

  return computed<Record<Kind, Item[]>>(() => ({
    action: actions(),
    view: views(),
    scene: board.data.value?.map(sceneItem) ?? [],
    character:
      characters.data.value?.map((one) => ({
        id: `character-${one.id}`,
        kind: "character",
        text: one.name,
        beside: words.characters.kinds[one.kind],
        to: { name: "character", params: { project: one.project_id, character: one.id } },
      })) ?? [],
    branch: branches.data.value?.map(branchItem) ?? [],
    project:
      projects.data.value?.map((one) => ({
        id: `project-${one.id}`,
        kind: "project",
        text: one.name,
        beside: one.description ?? "",
        to: { name: "board", params: { project: one.id } },
      })) ?? [],
  }));
}
