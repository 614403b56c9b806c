import type { Project } from "../api/client";

/** The stages that a project's shots go through, each with its workflow. */
export const stagesOf = (project: Project) => project.settings.stages ?? [];
