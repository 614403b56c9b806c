// What is done to a workflow from its own view and from the list alike, each with a way back.
import type { Project, Workflow } from "../../api/client";
import { words } from "../../messages";
import type { useWorkflowVerbs } from "../../queries/workflows";
import { projectStages } from "../../lib/stages";
import { say } from "../../lib/toasts";

export function useWorkflowActs(verbs: ReturnType<typeof useWorkflowVerbs>) {
  /** Lets a stage be rendered with a workflow; with null, with none any more. */
  function use(project: Project, workflow: Workflow, stage: string, chosen: number | null): void {
    const before = projectStages(project).find((one) => one.name === stage)?.workflow_id ?? null;
    const told = chosen === null ? words.workflows.notUsedFor : words.workflows.isUsedFor;
    verbs.setDefault.mutate(
      { project, stage, workflow: chosen },
      {
        onSuccess: (changed) =>
          say(told(workflow.name, stage), {
            label: words.actions.undo,
            run: () => verbs.setDefault.mutate({ project: changed, stage, workflow: before }),
          }),
      },
    );
  }

  function trash(workflow: Workflow, then: () => void = () => undefined): void {
    verbs.trash.mutate(workflow.id, {
      onSuccess: () => {
        then();
        say(words.workflows.trashed(workflow.name), {
          label: words.actions.undo,
          run: () => verbs.restore.mutate(workflow.id),
        });
      },
    });
  }

  return { use, trash };
}
