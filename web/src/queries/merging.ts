// Merging: looked at as often as one likes, and done once.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told, type Shapes } from "../api/client";
import type { Resolutions } from "../areas/story/answers";
import { keys } from "./keys";

type Id = MaybeRefOrGetter<number>;

const merge = (target: number, body: Shapes["MergeRequest"]) =>
  told(api.POST("/api/anime/branches/{branch_id}/merge", { params: { path: { branch_id: target } }, body }));

/** What a merge with these resolutions would do; null asks nothing. */
export const useTrial = (project: Id, target: Id, source: Id, resolutions: MaybeRefOrGetter<Resolutions | null>) =>
  useQuery({
    queryKey: computed(() => {
      const sides = JSON.stringify([toValue(target), toValue(source), toValue(resolutions)]);
      return keys.trial(toValue(project), sides);
    }),
    enabled: computed(() => toValue(resolutions) !== null),
    staleTime: 0,
    placeholderData: keepPreviousData,
    queryFn: () =>
      merge(toValue(target), {
        source: toValue(source),
        resolutions: toValue(resolutions) ?? {},
        dry_run: true,
      }),
  });

export function useMerge(project: Id, target: Id, source: Id) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ at, resolutions }: { at: Shapes["MergePoints"]; resolutions: Resolutions }) =>
      merge(toValue(target), { source: toValue(source), resolutions, at }),
    onSettled: () => {
      const id = toValue(project);
      const names = [keys.trials(id), keys.comparisons(id), keys.storyline(id), keys.boards(id)];
      return Promise.all(names.map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
}
