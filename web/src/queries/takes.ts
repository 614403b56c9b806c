import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told, upload, type Rendering, type RunShot, type Shapes, type Shot, type Take } from "../api/client";
import { approvedOn, judged } from "../lib/judging";
import { fail } from "../lib/toasts";
import { keys } from "./keys";

type Id = MaybeRefOrGetter<number>;
export type What = Shapes["RenderRequest"]["what"];

const LIMIT = 1000;
const MOST = 10_000; // of a queue: what is begun first is at the end of what is asked for

const asBegun = (a: Take, b: Take): number => a.place - b.place || a.id - b.id;

export const useTakesOf = (shot: MaybeRefOrGetter<number | null>) =>
  useQuery({
    queryKey: computed(() => keys.takes(toValue(shot) ?? 0)),
    enabled: computed(() => toValue(shot) !== null),
    queryFn: () => {
      const params = { path: { shot_id: toValue(shot) ?? 0 }, query: { limit: LIMIT } };
      return told(api.GET("/api/anime/shots/{shot_id}/takes", { params }));
    },
  });

export const useProvenance = (take: MaybeRefOrGetter<number | null>) =>
  useQuery({
    queryKey: computed(() => keys.provenance(toValue(take) ?? 0)),
    enabled: computed(() => toValue(take) !== null),
    queryFn: () => {
      const params = { path: { take_id: toValue(take) ?? 0 } };
      return told(api.GET("/api/anime/takes/{take_id}/provenance", { params }));
    },
  });

export const useMedium = (id: MaybeRefOrGetter<string | null>) =>
  useQuery({
    queryKey: computed(() => keys.medium(toValue(id) ?? "")),
    enabled: computed(() => toValue(id) !== null),
    staleTime: Infinity, // what a medium is never changes
    queryFn: () =>
      told(api.GET("/api/anime/media/{sha256}", { params: { path: { sha256: toValue(id) ?? "" } } })),
  });

const takesOf = (project: number | null, status: Take["status"], limit: number) =>
  told(
    api.GET("/api/anime/takes", {
      params: { query: { status, limit, ...(project === null ? {} : { project_id: project }) } },
    }),
  );

/** What is rendered or waits: what runs comes first, then what is begun next. */
export const useUnderWay = (project: MaybeRefOrGetter<number | null>) =>
  useQuery({
    queryKey: computed(() => keys.underWay(toValue(project))),
    queryFn: async () => {
      const of = toValue(project);
      const found = await Promise.all([takesOf(of, "running", MOST), takesOf(of, "queued", MOST)]);
      return found.flatMap((takes) => takes.sort(asBegun));
    },
  });

/** What ended lately, the newest first. */
export const useFinished = (project: MaybeRefOrGetter<number | null>) =>
  useQuery({
    queryKey: computed(() => keys.finished(toValue(project))),
    queryFn: async () => {
      const of = toValue(project);
      const found = await Promise.all([
        takesOf(of, "failed", 30),
        takesOf(of, "done", 30),
        takesOf(of, "cancelled", 10),
      ]);
      return found.flat().sort((a, b) => (b.finished_at ?? "").localeCompare(a.finished_at ?? ""));
    },
  });

/** What can be done to the takes of shots. */
export function useTakeVerbs() {
  const client = useQueryClient();
  const settle = (shot: number) =>
    Promise.all([
      client.invalidateQueries({ queryKey: keys.takes(shot) }),
      client.invalidateQueries({ queryKey: keys.allUnderWay() }),
      client.invalidateQueries({ queryKey: keys.allFinished() }),
    ]);
  const judge = (take: Take, verdict: Take["verdict"]) => {
    client.setQueriesData<Take[]>({ queryKey: keys.allTakes() }, (list) => list && judged(list, take, verdict));
    client.setQueriesData<RunShot[]>(
      { queryKey: keys.allShotsOfRuns() },
      (list) => list && approvedOn(list, take, verdict),
    );
  };
  const onShot = (shot: Shot) => {
    void client.invalidateQueries({ queryKey: keys.shots(shot.scene_id) });
  };
  const common = {
    onError: (error: Error) => {
      fail(error);
      // A verdict that was shown and refused is taken back wherever it was shown.
      void client.invalidateQueries({ queryKey: keys.allTakes() });
      void client.invalidateQueries({ queryKey: keys.allShotsOfRuns() });
    },
    onSettled: (_: unknown, __: unknown, take: Take) => settle(take.shot_id),
  };
  const path = (take: Take) => ({ params: { path: { take_id: take.id } } });

  return {
    approve: useMutation({
      ...common,
      mutationFn: (take: Take) => {
        const params = { path: { shot_id: take.shot_id } };
        return told(api.POST("/api/anime/shots/{shot_id}/approve", { params, body: { take_id: take.id } }));
      },
      onMutate: (take) => void judge(take, "approved"),
      onSuccess: onShot,
    }),
    withdraw: useMutation({
      ...common,
      mutationFn: (take: Take) => {
        const params = { path: { shot_id: take.shot_id } };
        return told(api.POST("/api/anime/shots/{shot_id}/withdraw", { params, body: { stage: take.stage } }));
      },
      onMutate: (take) => void judge(take, "unreviewed"),
      onSuccess: onShot,
    }),
    reject: useMutation({
      ...common,
      mutationFn: (take: Take) => told(api.POST("/api/anime/takes/{take_id}/reject", path(take))),
      onMutate: (take) => void judge(take, "rejected"),
    }),
    retry: useMutation({
      ...common,
      mutationFn: (take: Take) => told(api.POST("/api/anime/takes/{take_id}/retry", path(take))),
    }),
    cancel: useMutation({
      ...common,
      mutationFn: (take: Take) => told(api.POST("/api/anime/takes/{take_id}/cancel", path(take))),
    }),
    request: useMutation({
      mutationFn: ({ shot, ...body }: { shot: number; count: number; stage?: string }) =>
        told(api.POST("/api/anime/shots/{shot_id}/takes", { params: { path: { shot_id: shot } }, body })),
      onError: fail,
      onSettled: (_, __, { shot }) => settle(shot),
    }),
    add: useMutation({
      mutationFn: ({ shot, file, stage }: { shot: number; file: File; stage: string | null }) =>
        upload<Take>(`/shots/${shot}/takes/upload${stage ? `?stage=${stage}` : ""}`, file),
      onError: fail,
      onSettled: (_, __, { shot }) => settle(shot),
    }),
  };
}

/** Renders what a branch lacks; a dry run tells what that would be. */
export function useRender(project: Id) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Shapes["RenderRequest"]): Promise<Rendering> => {
      const params = { path: { project_id: toValue(project) } };
      return told(api.POST("/api/anime/projects/{project_id}/render", { params, body }));
    },
    onSuccess: (answer) =>
      answer.dry_run ? undefined : client.invalidateQueries({ queryKey: keys.allUnderWay() }),
  });
}
