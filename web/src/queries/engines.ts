import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { api, told, type Engine } from "../api/client";
import { fail } from "../lib/toasts";
import { keys } from "./keys";

// How an engine is is told by no change: the service asks them every few seconds, and so do we.
const AGAIN_MS = 5_000;

export const useEngines = () =>
  useQuery({
    queryKey: keys.engines(),
    queryFn: () => told(api.GET("/api/anime/engines", { params: { query: { limit: 1000 } } })),
    refetchInterval: AGAIN_MS,
  });

export function useEngineVerbs() {
  const client = useQueryClient();
  const common = {
    onError: fail,
    onSettled: () => client.invalidateQueries({ queryKey: keys.engines() }),
  };
  const at = (id: number) => ({ params: { path: { engine_id: id } } });
  const onList = (id: number, change: (engine: Engine) => Engine | null) =>
    client.setQueryData<Engine[]>(keys.engines(), (list) =>
      list?.flatMap((engine) => (engine.id === id ? (change(engine) ?? []) : engine)),
    );
  return {
    create: useMutation({
      ...common,
      mutationFn: (url: string) => told(api.POST("/api/anime/engines", { body: { url } })),
    }),
    enable: useMutation({
      ...common,
      mutationFn: ({ id, enabled }: { id: number; enabled: boolean }) =>
        told(api.PUT("/api/anime/engines/{engine_id}", { ...at(id), body: { enabled } })),
      onMutate: ({ id, enabled }) => void onList(id, (engine) => ({ ...engine, enabled })),
    }),
    check: useMutation({
      ...common,
      mutationFn: (id: number) => told(api.POST("/api/anime/engines/{engine_id}/check", at(id))),
    }),
    trash: useMutation({
      ...common,
      mutationFn: (id: number) => told(api.DELETE("/api/anime/engines/{engine_id}", at(id))),
      onMutate: (id) => void onList(id, () => null),
    }),
    restore: useMutation({
      ...common,
      mutationFn: (id: number) => told(api.POST("/api/anime/engines/{engine_id}/restore", at(id))),
    }),
  };
}
