import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told, type Cut, type Shapes } from "../api/client";
import { fail } from "../lib/toasts";
import { keys } from "./keys";

type Id = MaybeRefOrGetter<number>;
type Name = MaybeRefOrGetter<string>;

/** A branch's shots with all that can be shown of them, where there is such a branch. */
export const useReelOf = (project: Id, branch: Name, isThere: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: computed(() => keys.reel(toValue(project), toValue(branch))),
    enabled: computed(() => toValue(isThere)),
    queryFn: () => {
      const path = { project_id: toValue(project) };
      const query = { branch_name: toValue(branch) };
      return told(api.GET("/api/anime/projects/{project_id}/reel", { params: { path, query } }));
    },
  });

/** The cuts of a branch, the newest first. */
export const useCuts = (project: Id, branch: Name, isThere: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: computed(() => keys.cuts(toValue(project), toValue(branch))),
    enabled: computed(() => toValue(isThere)),
    queryFn: () => {
      const query = { project_id: toValue(project), branch_name: toValue(branch), limit: 1000 };
      return told(api.GET("/api/anime/cuts", { params: { query } }));
    },
  });

interface Edit {
  id: number;
  change: Shapes["CutUpdate"];
}

/** What can be done to the cuts of a branch. An edit shows at once, and is taken back if refused. */
export function useCutVerbs(project: Id, branch: Name) {
  const client = useQueryClient();
  const key = () => keys.cuts(toValue(project), toValue(branch));
  const onList = (change: (list: Cut[]) => Cut[]) => client.setQueryData<Cut[]>(key(), (list) => list && change(list));
  const put = (cut: Cut) => onList((list) => list.map((other) => (other.id === cut.id ? cut : other)));
  const settle = () => client.invalidateQueries({ queryKey: key() });
  const path = (id: number) => ({ params: { path: { cut_id: id } } });
  const common = { onError: fail, onSettled: settle };

  return {
    create: useMutation({
      ...common,
      mutationFn: (name: string) => {
        const body = { project_id: toValue(project), branch_name: toValue(branch), name };
        return told(api.POST("/api/anime/cuts", { body }));
      },
      onSuccess: (cut) => onList((list) => [cut, ...list]),
    }),
    update: useMutation({
      ...common,
      mutationFn: ({ id, change }: Edit) => told(api.PUT("/api/anime/cuts/{cut_id}", { ...path(id), body: change })),
      onSuccess: put,
    }),
    trash: useMutation({
      ...common,
      mutationFn: (id: number) => told(api.DELETE("/api/anime/cuts/{cut_id}", path(id))),
      onSuccess: (cut) => onList((list) => list.filter((other) => other.id !== cut.id)),
    }),
    restore: useMutation({
      ...common,
      mutationFn: (id: number) => told(api.POST("/api/anime/cuts/{cut_id}/restore", path(id))),
    }),
    assemble: useMutation({
      ...common,
      mutationFn: (id: number) => told(api.POST("/api/anime/cuts/{cut_id}/assemble", path(id))),
      onSuccess: put,
    }),
    cancel: useMutation({
      ...common,
      mutationFn: (id: number) => told(api.POST("/api/anime/cuts/{cut_id}/cancel", path(id))),
      onSuccess: put,
    }),
  };
}
