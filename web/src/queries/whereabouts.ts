// Where a take belongs in the story: its shot and scene, asked for when they are first shown.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told } from "../api/client";

export const useWhereabouts = (shot: MaybeRefOrGetter<number>) =>
  useQuery({
    queryKey: computed(() => ["whereabouts", toValue(shot)]),
    queryFn: async () => {
      const shotCall = api.GET("/api/anime/shots/{shot_id}", { params: { path: { shot_id: toValue(shot) } } });
      const found = await told(shotCall);
      const scene = await told(
        api.GET("/api/anime/scenes/{scene_id}", { params: { path: { scene_id: found.scene_id } } }),
      );
      return { shot: found, scene };
    },
    staleTime: 300_000,
    retry: false,
  });
