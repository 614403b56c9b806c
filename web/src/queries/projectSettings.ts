// How a project's shots are made where nothing nearer says otherwise.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told, type Project, type Shapes } from "../api/client";
import { fail } from "../lib/toasts";
import { keys } from "./keys";

/** The workflows that a project may use: its own, and those of everybody. */
export const useWorkflowChoices = (project: MaybeRefOrGetter<number>) =>
  useQuery({
    queryKey: computed(() => keys.workflowChoices(toValue(project))),
    queryFn: () => {
      const query = { project_id: toValue(project), limit: 1000 };
      return told(api.GET("/api/anime/workflows", { params: { query } }));
    },
  });

export function useSaveSettings(project: MaybeRefOrGetter<number>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (settings: Shapes["ProjectSettings"]) => {
      const params = { path: { project_id: toValue(project) } };
      return told(api.PUT("/api/anime/projects/{project_id}", { params, body: { settings } }));
    },
    onSuccess: (saved: Project) => client.setQueryData(keys.project(saved.id), saved),
    onError: fail,
  });
}
