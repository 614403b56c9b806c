// Where a take belongs in the story: its shot and scene, asked for when they are first shown.
import { useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told } from "../api/client";
import { keys } from "./keys";

const KEPT_MS = 300_000;

export function useWhereabouts(shot: MaybeRefOrGetter<number>) {
  const client = useQueryClient();
  return useQuery({
    queryKey: computed(() => ["whereabouts", toValue(shot)]),
    queryFn: async () => {
      const shotCall = api.GET("/api/anime/shots/{shot_id}", { params: { path: { shot_id: toValue(shot) } } });
      const found = await told(shotCall);
      // Shots of one scene ask for it once.
      const scene = await client.fetchQuery({
        queryKey: keys.scene(found.scene_id),
        queryFn: () =>
          told(api.GET("/api/anime/scenes/{scene_id}", { params: { path: { scene_id: found.scene_id } } })),
        staleTime: KEPT_MS,
        retry: false,
      });
      return { shot: found, scene };
    },
    staleTime: KEPT_MS,
    retry: false,
  });
}
