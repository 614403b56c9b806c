// How a project's shots are made where nothing nearer says otherwise.
import { useMutation, useQueryClient } from "@tanstack/vue-query";
import type { Project } from "../api/client";
import { fail } from "../lib/toasts";
import { keys } from "./keys";
import { Overtaken, writeSettings, type SettingsEdit } from "./writing";

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
