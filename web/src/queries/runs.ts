// Runs: the takes that one request queued, as they are looked at together.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told, type Take } from "../api/client";
import { keys } from "./keys";
import { eachOf } from "./several";

type Id = MaybeRefOrGetter<number>;
type Maybe = MaybeRefOrGetter<number | null>;

const NEWEST = 50; // runs to choose from
const MOST_TAKES = 10_000; // as many as one request may ask for

export const useRuns = (project: Id) =>
  useQuery({
    queryKey: computed(() => keys.runs(toValue(project))),
    queryFn: () => {
      const query = { project_id: toValue(project), limit: NEWEST };
      return told(api.GET("/api/anime/runs", { params: { query } }));
    },
  });

/** A run that may be older than those to choose from. */
export const useRun = (run: Maybe) =>
  useQuery({
    queryKey: computed(() => keys.run(toValue(run) ?? 0)),
    enabled: computed(() => toValue(run) !== null),
    queryFn: () =>
      told(api.GET("/api/anime/runs/{run_id}", { params: { path: { run_id: toValue(run) ?? 0 } } })),
  });

export const useTakesOfRun = (run: Maybe) =>
  useQuery({
    queryKey: computed(() => keys.takesOfRun(toValue(run) ?? 0)),
    enabled: computed(() => toValue(run) !== null),
    queryFn: () => {
      const query = { run_id: toValue(run) ?? 0, limit: MOST_TAKES };
      return told(api.GET("/api/anime/takes", { params: { query } }));
    },
  });

export const useShotsOfRun = (run: Maybe) =>
  useQuery({
    queryKey: computed(() => keys.shotsOfRun(toValue(run) ?? 0)),
    enabled: computed(() => toValue(run) !== null),
    queryFn: () => {
      const params = { path: { run_id: toValue(run) ?? 0 } };
      return told(api.GET("/api/anime/runs/{run_id}/shots", { params }));
    },
  });

/** Renders takes of a run again, and counts the new ones to it. */
export function useAgain(run: Maybe) {
  const client = useQueryClient();
  return useMutation({
    // One after another: so they wait in the queue as they are here.
    mutationFn: (takes: Take[]) => eachOf(takes, (take) => again(take, toValue(run)), 1),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.takesOfRun(toValue(run) ?? 0) }),
        client.invalidateQueries({ queryKey: keys.allUnderWay() }),
        client.invalidateQueries({ queryKey: keys.allRuns() }),
      ]),
  });
}

/** One that failed is tried as it was; one that came out gets another seed, or it would be the same. */
function again(take: Take, run: number | null): Promise<unknown> {
  if (take.status !== "done" && take.digest !== null) {
    const params = { path: { take_id: take.id } };
    return told(api.POST("/api/anime/takes/{take_id}/retry", { params }));
  }
  const params = { path: { shot_id: take.shot_id } };
  const body = { stage: take.stage, count: 1, through: false, run_id: run };
  return told(api.POST("/api/anime/shots/{shot_id}/takes", { params, body }));
}
