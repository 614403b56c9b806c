// Branches as lines of a story: what happened to them, their tags, and what can be done to them.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told, type Branch, type Shapes } from "../api/client";
import { fail } from "../lib/toasts";
import { keys } from "./keys";
import { Overtaken, writeBranch } from "./writing";

type Id = MaybeRefOrGetter<number>;

const MOST = 10_000;

export const branchesOf = (project: number, deleted = false) => {
  const params = { path: { project_id: project }, query: { limit: MOST, deleted } };
  return told(api.GET("/api/anime/projects/{project_id}/branches", { params }));
};

const changesOf = (project: number, subject: string) => {
  const query = { project_id: project, subject, limit: MOST };
  return told(api.GET("/api/anime/changes", { params: { query } }));
};

export const useBranchTrash = (project: Id) =>
  useQuery({
    queryKey: computed(() => keys.branchTrash(toValue(project))),
    queryFn: () => branchesOf(toValue(project), true),
  });

/** What happened to branches themselves: forks, merges, going back. */
export const useStoryline = (project: Id) =>
  useQuery({
    queryKey: computed(() => keys.storyline(toValue(project))),
    queryFn: () => changesOf(toValue(project), "branch"),
  });

/** All tags of a project's branches. The log tells which have any, so that no other is asked. */
export const useTags = (project: Id) => {
  const client = useQueryClient();
  return useQuery({
    queryKey: computed(() => keys.tags(toValue(project))),
    queryFn: async () => {
      const id = toValue(project);
      const known = { queryKey: keys.branches(id), queryFn: () => branchesOf(id) };
      const [branches, changes] = await Promise.all([client.fetchQuery(known), changesOf(id, "tag")]);
      const tagged = new Set(changes.map((change) => change.branch_name));
      const asked = branches.filter((branch) => tagged.has(branch.name));
      const found = await Promise.all(
        asked.map((branch) => {
          const params = { path: { branch_id: branch.id }, query: { limit: MOST } };
          return told(api.GET("/api/anime/branches/{branch_id}/tags", { params }));
        }),
      );
      return found.flat();
    },
  });
};

export interface Sides {
  ours: number;
  theirs: number;
  at?: number;
  with_at?: number;
}

/** How two branches differ, or two moments; null asks nothing. */
export const useComparison = (project: Id, sides: MaybeRefOrGetter<Sides | null>) =>
  useQuery({
    queryKey: computed(() => keys.comparison(toValue(project), JSON.stringify(toValue(sides)))),
    enabled: computed(() => toValue(sides) !== null),
    queryFn: () => {
      const { ours, theirs, ...moments } = toValue(sides) ?? { ours: 0, theirs: 0 };
      const params = { path: { branch_id: ours }, query: { with: theirs, ...moments } };
      return told(api.GET("/api/anime/branches/{branch_id}/compare", { params }));
    },
  });

export function useBranchVerbs(project: Id) {
  const client = useQueryClient();
  const settle = () => {
    const id = toValue(project);
    const names = [keys.branches(id), keys.branchTrash(id), keys.storyline(id), keys.tags(id), keys.overview()];
    return Promise.all(names.map((queryKey) => client.invalidateQueries({ queryKey })));
  };
  const show = (branch: Branch): void => {
    client.setQueryData<Branch[]>(keys.branches(branch.project_id), (list) =>
      list?.map((other) => (other.id === branch.id ? branch : other)),
    );
  };
  const common = { onError: fail, onSettled: settle };
  const at = (id: number) => ({ params: { path: { branch_id: id } } });
  return {
    fork: useMutation({
      ...common,
      mutationFn: (body: Shapes["BranchCreate"]) => {
        const params = { path: { project_id: toValue(project) } };
        return told(api.POST("/api/anime/projects/{project_id}/branches", { params, body }));
      },
    }),
    update: useMutation({
      ...common,
      mutationFn: ({ branch, change }: { branch: Branch; change: Shapes["BranchUpdate"] }) =>
        writeBranch(branch, change),
      onSuccess: show,
      onError: (error) => {
        fail(error);
        if (error instanceof Overtaken) {
          show(error.theirs as Branch); // at once, so that it stands beside what was written here
        }
      },
    }),
    tag: useMutation({
      ...common,
      mutationFn: ({ id, ...body }: { id: number } & Shapes["TagCreate"]) =>
        told(api.POST("/api/anime/branches/{branch_id}/tags", { ...at(id), body })),
    }),
    revert: useMutation({
      ...common,
      mutationFn: ({ id, to }: { id: number; to: number | string }) =>
        told(api.POST("/api/anime/branches/{branch_id}/revert", { ...at(id), body: { to } })),
    }),
    trash: useMutation({
      ...common,
      mutationFn: (id: number) => told(api.DELETE("/api/anime/branches/{branch_id}", at(id))),
    }),
    restore: useMutation({
      ...common,
      mutationFn: (id: number) => told(api.POST("/api/anime/branches/{branch_id}/restore", at(id))),
    }),
  };
}
