import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told, type Project } from "../api/client";
import { fail } from "../lib/toasts";
import { keys } from "./keys";

export const useProjects = (deleted: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: computed(() => keys.projects(toValue(deleted))),
    queryFn: () =>
      told(api.GET("/api/anime/projects", { params: { query: { deleted: toValue(deleted), limit: 1000 } } })),
  });

export const useOverview = () =>
  useQuery({ queryKey: keys.overview(), queryFn: () => told(api.GET("/api/anime/overview")) });

export const useProject = (id: MaybeRefOrGetter<number>) =>
  useQuery({
    queryKey: computed(() => keys.project(toValue(id))),
    queryFn: () =>
      told(api.GET("/api/anime/projects/{project_id}", { params: { path: { project_id: toValue(id) } } })),
  });

/** What can be done to projects; each shows at once, and is taken back where it is refused. */
export function useProjectVerbs() {
  const client = useQueryClient();
  const settle = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: keys.allProjects() }),
      client.invalidateQueries({ queryKey: keys.overview() }),
    ]);
  const onList = (deleted: boolean, change: (list: Project[]) => Project[]) =>
    client.setQueryData<Project[]>(keys.projects(deleted), (list) => list && change(list));
  const common = { onSettled: settle, onError: fail };

  const create = useMutation({
    ...common,
    mutationFn: (body: { name: string; description: string | null }) =>
      told(api.POST("/api/anime/projects", { body: body })),
  });
  const rename = useMutation({
    ...common,
    mutationFn: ({ id, ...body }: { id: number; name: string; description: string | null }) =>
      told(api.PUT("/api/anime/projects/{project_id}", { params: { path: { project_id: id } }, body: body })),
    onMutate: ({ id, ...words }) =>
      onList(false, (list) => list.map((p) => (p.id === id ? { ...p, ...words } : p))),
    onSuccess: (project) => client.setQueryData(keys.project(project.id), project),
  });
  const trash = useMutation({
    ...common,
    mutationFn: (id: number) =>
      told(api.DELETE("/api/anime/projects/{project_id}", { params: { path: { project_id: id } } })),
    onMutate: (id) => onList(false, (list) => list.filter((p) => p.id !== id)),
  });
  const restore = useMutation({
    ...common,
    mutationFn: (id: number) =>
      told(api.POST("/api/anime/projects/{project_id}/restore", { params: { path: { project_id: id } } })),
    onMutate: (id) => onList(true, (list) => list.filter((p) => p.id !== id)),
  });
  return { create, rename, trash, restore };
}
