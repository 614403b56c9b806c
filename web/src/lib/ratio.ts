import type { Project } from "../api/client";

/** How wide a project's pictures are beside their height; as most films are, where it is not known. */
export function ratioOf(project: Project | undefined): number {
  const { width, height } = project?.settings ?? {};
  return (width ?? 16) / (height ?? 9);
}
