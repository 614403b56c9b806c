// What is in the trash of a project's parts.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told } from "../api/client";
import { keys } from "./keys";

type Id = MaybeRefOrGetter<number>;

const MOST = 1000;

export const useSceneTrash = (project: Id, branch: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: computed(() => keys.sceneTrash(toValue(project), toValue(branch))),
    queryFn: () => {
      const of = { project_id: toValue(project), branch_name: toValue(branch) };
      const query = { ...of, deleted: true, limit: MOST };
      return told(api.GET("/api/anime/scenes", { params: { query } }));
    },
  });

export const useCutTrash = (project: Id, branch: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: computed(() => keys.cutTrash(toValue(project), toValue(branch))),
    queryFn: () => {
      const of = { project_id: toValue(project), branch_name: toValue(branch) };
      const query = { ...of, deleted: true, limit: MOST };
      return told(api.GET("/api/anime/cuts", { params: { query } }));
    },
  });

export const useCharacterTrash = (project: Id) =>
  useQuery({
    queryKey: computed(() => keys.characterTrash(toValue(project))),
    queryFn: () => {
      const query = { project_id: toValue(project), deleted: true, limit: MOST };
      return told(api.GET("/api/anime/characters", { params: { query } }));
    },
  });
