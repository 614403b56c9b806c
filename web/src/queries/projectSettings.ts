// How a project's shots are made where nothing nearer says otherwise.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told, type Project } from "../api/client";
import { fail } from "../lib/toasts";
import { keys } from "./keys";
import { Overtaken, writeSettings, type SettingsEdit } from "./writing";

/** The workflows that a project may use: its own, and those of everybody. */
export const useWorkflowChoices = (project: MaybeRefOrGetter<number>) =>
  useQuery({
    queryKey: computed(() => keys.workflowChoices(toValue(project))),
    queryFn: () => {
      const query = { project_id: toValue(project), limit: 1000 };
      return told(api.GET("/api/anime/workflows", { params: { query } }));
    },
  });

export function useSaveSettings() {
  const client = useQueryClient();
  const keep = (saved: Project) => client.setQueryData(keys.project(saved.id), saved);
  return useMutation({
    mutationFn: (edit: SettingsEdit) => writeSettings(edit),
    onSuccess: keep,
    onError: (error) => {
      fail(error);
      if (error instanceof Overtaken) {
        keep(error.theirs as Project); // at once, so that theirs stands beside what was written here
      }
    },
  });
}
