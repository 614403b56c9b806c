// The queue as a whole: its order, and whether it is paused.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { toValue, type MaybeRefOrGetter } from "vue";
import { api, told, type Take } from "../api/client";
import { fail } from "../lib/toasts";
import { keys } from "./keys";
import { eachOf } from "./several";

export const useQueue = () =>
  useQuery({ queryKey: keys.queue(), queryFn: () => told(api.GET("/api/anime/rendering")) });

export function useQueueVerbs(project: MaybeRefOrGetter<number | null>) {
  const client = useQueryClient();
  const settle = () => client.invalidateQueries({ queryKey: keys.queue() });
  const pause = useMutation({
    mutationFn: () => told(api.POST("/api/anime/rendering/pause")),
    onSuccess: (queue) => client.setQueryData(keys.queue(), queue),
    onError: fail,
    onSettled: settle,
  });
  const resume = useMutation({
    mutationFn: () => told(api.POST("/api/anime/rendering/resume")),
    onSuccess: (queue) => client.setQueryData(keys.queue(), queue),
    onError: fail,
    onSettled: settle,
  });
  const reorder = useMutation({
    mutationFn: ({ ids }: { ids: number[]; takes: Take[] }) =>
      told(api.POST("/api/anime/takes/reorder", { body: { take_ids: ids } })),
    onMutate: ({ takes }) => void client.setQueryData<Take[]>(keys.underWay(toValue(project)), takes),
    onError: fail,
    onSettled: () => client.invalidateQueries({ queryKey: keys.allUnderWay() }),
  });
  /** Cancels what waits before what runs, so that nothing begins meanwhile. */
  const cancelAll = useMutation({
    mutationFn: (takes: Take[]) =>
      eachOf([...takes].reverse(), ({ id }) =>
        told(api.POST("/api/anime/takes/{take_id}/cancel", { params: { path: { take_id: id } } })),
      ),
    onSettled: () =>
      Promise.all(
        [keys.allTakes(), keys.allUnderWay(), keys.allFinished()].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
  return { pause, resume, reorder, cancelAll };
}
