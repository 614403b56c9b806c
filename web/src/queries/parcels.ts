// Whole projects that are made at once: the sample production, and those that come as files.
import { useMutation, useQueryClient } from "@tanstack/vue-query";
import { ref } from "vue";
import { api, PREFIX, told, type Project } from "../api/client";
import { sendFile, Stopped, type Sending } from "../api/sending";
import { fail } from "../lib/toasts";
import { keys } from "./keys";

/** Where a project's file is made. */
export const exportOf = (project: number): string => `${PREFIX}/projects/${project}/export`;

function useFreshProjects() {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: keys.allProjects() }),
      client.invalidateQueries({ queryKey: keys.overview() }),
    ]);
}

// The stream tells of a new project before its own answer comes, and what asked for it may be gone
// from the page by then: so what is to happen then belongs to the mutation.

/** Makes the sample production, which the service begins to draw at once. */
export const useSample = (made: (project: Project) => void) =>
  useMutation({
    mutationFn: () => told(api.POST("/api/anime/projects/sample")),
    onSuccess: made,
    onError: fail,
    onSettled: useFreshProjects(),
  });

/** Makes a project of a file; `part` is how much of it has gone, 0 to 1. */
export function useImport(made: (project: Project) => void) {
  const part = ref(0);
  let sending: Sending<Project> | null = null;
  const bring = useMutation({
    mutationFn: (file: File) => {
      part.value = 0;
      sending = sendFile<Project>("/projects/import", file, (gone) => (part.value = gone));
      return sending.answer;
    },
    onSuccess: made,
    onError: (error) => {
      if (!(error instanceof Stopped)) {
        fail(error);
      }
    },
    onSettled: useFreshProjects(),
  });
  return { bring, part, stop: () => sending?.stop() };
}
