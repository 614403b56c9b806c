// How a project's shots are made where nothing nearer says otherwise.
import { useMutation, useQueryClient } from "@tanstack/vue-query";
import { toValue, type MaybeRefOrGetter } from "vue";
import { api, told, type Project, type Shapes } from "../api/client";
import { fail } from "../lib/toasts";
import { keys } from "./keys";

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
