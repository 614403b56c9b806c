import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told, type Cut, type Shapes } from "../api/client";
import { fail } from "../lib/toasts";
import { keys } from "./keys";
import { Overtaken, writeCut } from "./writing";

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

interface Made {
  name: string;
  project: number;
  branch: string;
}
interface Edit {
  known: Cut;
  change: Shapes["CutUpdate"];
}

/** What can be done to the cuts of a branch. */
export function useCutVerbs(project: Id, branch: Name) {
  const client = useQueryClient();
  const key = () => keys.cuts(toValue(project), toValue(branch));
  const onList = ({ project_id, branch_name }: Cut, change: (list: Cut[]) => Cut[]) =>
    client.setQueryData<Cut[]>(keys.cuts(project_id, branch_name), (list) => list && change(list));
  const put = (cut: Cut) => onList(cut, (list) => list.map((other) => (other.id === cut.id ? cut : other)));
  const settle = () =>
    Promise.all(
      [key(), keys.cutTrashes(toValue(project))].map((queryKey) => client.invalidateQueries({ queryKey })),
    );
  const path = (id: number) => ({ params: { path: { cut_id: id } } });
  const common = { onError: fail, onSettled: settle };

  return {
    create: useMutation({
      ...common,
      mutationFn: ({ name, project: of, branch: on }: Made) => {
        const body = { project_id: of, branch_name: on, name };
        return told(api.POST("/api/anime/cuts", { body }));
      },
      onSuccess: (cut) => onList(cut, (list) => [cut, ...list]),
    }),
    update: useMutation({
      ...common,
      mutationFn: ({ known, change }: Edit) => writeCut(known, change),
      onSuccess: put,
      onError: (error) => {
        fail(error);
        if (error instanceof Overtaken) {
          put(error.theirs as Cut); // at once, so that one can choose
        }
      },
    }),
    trash: useMutation({
      ...common,
      mutationFn: (id: number) => told(api.DELETE("/api/anime/cuts/{cut_id}", path(id))),
      onSuccess: (cut) => onList(cut, (list) => list.filter((other) => other.id !== cut.id)),
    }),
    restore: useMutation({
      ...common,
      mutationFn: (id: number) => told(api.POST("/api/anime/cuts/{cut_id}/restore", path(id))),
      onSuccess: (cut) =>
        onList(cut, (list) => [...list.filter((other) => other.id !== cut.id), cut].sort((a, b) => b.id - a.id)),
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
