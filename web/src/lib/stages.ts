// The stages of a project, and which of a shot's is looked at. Pure.
import type { Project, Take } from "../api/client";

/** The stages that a project's shots go through, each with its workflow. */
export const projectStages = (project: Project) => project.settings.stages ?? [];

/** The project's stages in order, then those that only older takes have. */
export const stagesOf = (named: readonly string[], takes: readonly Take[]): string[] => [
  ...new Set([...named, ...takes.map((take) => take.stage)]),
];

/** The stage that was asked for; else that of the take, else the furthest that has takes, else the first. */
export function stageShown(
  stages: readonly string[],
  takes: readonly Take[],
  asked: { stage: string | null; take: number | null },
): string | null {
  if (asked.stage !== null && stages.includes(asked.stage)) {
    return asked.stage;
  }
  const take = takes.find((one) => one.id === asked.take);
  const furthest = stages.findLast((stage) => takes.some((one) => one.stage === stage));
  return take?.stage ?? furthest ?? stages[0] ?? null;
}
