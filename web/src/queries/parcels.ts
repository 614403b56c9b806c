// Whole projects that are made at once: the sample production.
import { useMutation, useQueryClient } from "@tanstack/vue-query";
import { api, told } from "../api/client";
import { fail } from "../lib/toasts";
import { keys } from "./keys";

/** Makes the sample production, which the service begins to draw at once. */
export function useSample() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => told(api.POST("/api/anime/projects/sample")),
    onError: fail,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.allProjects() }),
        client.invalidateQueries({ queryKey: keys.overview() }),
      ]),
  });
}
