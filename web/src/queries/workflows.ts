import { keepPreviousData, useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told, upload, type Project, type Shapes, type Workflow } from "../api/client";
import { projectStages } from "../lib/stages";
import { fail } from "../lib/toasts";
import { useEngines } from "./engines";
import { keys } from "./keys";

type Id = MaybeRefOrGetter<number>;

const LIMIT = 1000;

/** A project's workflows, and those for every project; the newest first. */
export const useWorkflows = (project: Id, deleted: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: computed(() => keys.workflows(toValue(project), toValue(deleted))),
    queryFn: () => {
      const query = { project_id: toValue(project), deleted: toValue(deleted), limit: LIMIT };
      return told(api.GET("/api/anime/workflows", { params: { query } }));
    },
  });

export const useWorkflow = (id: Id) =>
  useQuery({
    queryKey: computed(() => keys.workflow(toValue(id))),
    queryFn: () => told(api.GET("/api/anime/workflows/{workflow_id}", at(toValue(id)))),
  });

export const useSuggested = (workflow: MaybeRefOrGetter<Workflow | undefined>) =>
  useQuery({
    queryKey: computed(() => keys.suggested(toValue(workflow)?.id ?? 0, toValue(workflow)?.revision ?? 0)),
    enabled: computed(() => toValue(workflow) !== undefined),
    placeholderData: keepPreviousData, // after a save nearly all is as it was
    queryFn: () => {
      const path = "/api/anime/workflows/{workflow_id}/suggested-bindings";
      return told(api.GET(path, at(toValue(workflow)?.id ?? 0)));
    },
  });

/** The engines that can be asked now: one that comes back is checked anew. */
function useReached() {
  const engines = useEngines();
  return computed(() => engines.data.value?.flatMap(({ id, status }) => (status === "offline" ? [] : id)).join() ?? "");
}

const checking = (workflow: Pick<Workflow, "id" | "revision">, reached: string) => ({
  queryKey: keys.check(workflow.id, workflow.revision, reached),
  placeholderData: keepPreviousData,
  queryFn: () => told(api.POST("/api/anime/workflows/{workflow_id}/check", at(workflow.id))),
});

/** What keeps a workflow from running, for each engine. */
export function useCheck(workflow: MaybeRefOrGetter<Workflow | undefined>) {
  const reached = useReached();
  return useQuery(
    computed(() => {
      const of = toValue(workflow);
      return { ...checking(of ?? { id: 0, revision: 0 }, reached.value), enabled: of !== undefined };
    }),
  );
}

/** The same for many, by their ids; what was not told yet is absent. */
export function useChecks(workflows: MaybeRefOrGetter<Workflow[]>) {
  const reached = useReached();
  return useQueries({
    queries: computed(() => toValue(workflows).map((workflow) => checking(workflow, reached.value))),
    combine: (results) =>
      new Map(toValue(workflows).map((workflow, index) => [workflow.id, results[index]?.data])),
  });
}

/** The scenes of a project, on all its branches, that have a workflow of their own. */
export const useScenesWithWorkflow = (project: Id) =>
  useQuery({
    queryKey: computed(() => keys.scenesWithWorkflow(toValue(project))),
    queryFn: async () => {
      const query = { project_id: toValue(project), limit: 10_000 };
      const scenes = await told(api.GET("/api/anime/scenes", { params: { query } }));
      return scenes.filter((scene) => scene.workflow_id !== null);
    },
  });

const at = (id: number) => ({ params: { path: { workflow_id: id } } });
const atRevision = ({ id, revision }: Pick<Workflow, "id" | "revision">) => ({
  params: { path: { workflow_id: id }, header: { "If-Match": `"${revision}"` } },
});

/** What can be done to workflows. */
export function useWorkflowVerbs(project: Id) {
  const client = useQueryClient();
  const settle = () => client.invalidateQueries({ queryKey: keys.allWorkflows() });
  const keep = (workflow: Workflow) => client.setQueryData(keys.workflow(workflow.id), workflow);
  const common = { onError: fail, onSettled: settle };

  return {
    /** Its refusals say which node cannot be taken, and why: whoever asks shows them. */
    add: useMutation({
      mutationFn: ({ name, file }: { name: string; file: File }) => {
        const query = new URLSearchParams({ name, project_id: String(toValue(project)) });
        return upload<Workflow>(`/workflows/upload?${query.toString()}`, file);
      },
      onSuccess: keep,
      onSettled: settle,
    }),
    bind: useMutation({
      ...common,
      mutationFn: ({ workflow, bindings }: { workflow: Pick<Workflow, "id" | "revision">; bindings: Workflow["bindings"] }) =>
        told(api.PUT("/api/anime/workflows/{workflow_id}/bindings", { ...atRevision(workflow), body: bindings })),
      onSuccess: keep,
    }),
    /** What a file has inside, before anything of it is kept. */
    read: useMutation({
      mutationFn: (file: File) => upload<Shapes["WorkflowInside"]>("/workflows/read", file),
    }),
    replace: useMutation({
      ...common,
      mutationFn: ({ workflow, change }: { workflow: Pick<Workflow, "id" | "revision">; change: Shapes["WorkflowUpdate"] }) =>
        told(api.PUT("/api/anime/workflows/{workflow_id}", { ...atRevision(workflow), body: change })),
      onSuccess: keep,
    }),
    rename: useMutation({
      ...common,
      mutationFn: ({ id, name }: { id: number; name: string }) =>
        told(api.PUT("/api/anime/workflows/{workflow_id}", { ...at(id), body: { name } })),
      onMutate: ({ id, name }) => {
        client.setQueryData<Workflow>(keys.workflow(id), (old) => old && { ...old, name });
      },
      onSuccess: keep,
    }),
    trash: useMutation({
      ...common,
      mutationFn: (id: number) => told(api.DELETE("/api/anime/workflows/{workflow_id}", at(id))),
    }),
    restore: useMutation({
      ...common,
      mutationFn: (id: number) => told(api.POST("/api/anime/workflows/{workflow_id}/restore", at(id))),
    }),
    /** Lets a stage of the project be rendered with a workflow, unless something nearer says otherwise. */
    setDefault: useMutation({
      mutationFn: ({ project: of, stage, workflow }: { project: Project; stage: string; workflow: number | null }) => {
        const stages = projectStages(of).map((one) =>
          one.name === stage ? { ...one, workflow_id: workflow } : one,
        );
        const params = { path: { project_id: of.id }, header: { "If-Match": `"${of.revision}"` } };
        const settings = { ...of.settings, stages } as Shapes["ProjectSettings"];
        return told(api.PUT("/api/anime/projects/{project_id}", { params, body: { settings } }));
      },
      onSuccess: (changed) => client.setQueryData(keys.project(changed.id), changed),
      onError: (error, { project: of }) => {
        fail(error);
        void client.invalidateQueries({ queryKey: keys.project(of.id) });
      },
    }),
  };
}
