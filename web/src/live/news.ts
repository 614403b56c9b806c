// What the service tells while it happens, and which kept answers that concerns. Pure.
import type { Cut, Shapes, Take } from "../api/client";
import { isOver } from "../lib/judging";
import { keys, type Key } from "../queries/keys";

export type Change = Shapes["Change"];

/** A hint on the way: not in the change log, and worth nothing once the end is known. */
export interface Progress {
  project_id: number;
  subject: string;
  subject_id: number;
  status?: Take["status"];
  progress?: number;
}

/** A picture of what is being made, in base 64. */
export interface Preview {
  subject_id: number;
  mime: string;
  image: string;
}

// What is gathered from all of these: the material of cuts, what runs made, where a character is seen.
const MATERIAL = ["branch", "scene", "shot", "take"];
// What decides plans, or which takes are held against them.
const DECIDING = [...MATERIAL, "project", "character"];

/** The answers that a change makes old, as the beginnings of their names. */
export function outdatedBy(change: Change): Key[] {
  const project = change.project_id ?? 0;
  const { subject, verb } = change;
  // What is in a project that is put in the trash is not asked for any more.
  const isGone = subject === "project" && verb === "deleted";
  return [
    ...(subject === "rendering" || subject.startsWith("engine") ? [] : [keys.overview()]),
    ...(MATERIAL.includes(subject) ? [keys.allReels(project), keys.allRuns(), keys.allAppearances()] : []),
    ...(DECIDING.includes(subject) && !isGone ? [keys.allStale(project), keys.everyForesight()] : []),
    ...ownOf(change, project),
  ];
}

/** What shows the very thing that was changed. */
function ownOf({ subject, subject_id: id, project_id }: Change, project: number): Key[] {
  switch (subject) {
    case "project":
      return [keys.allProjects(), keys.project(project)];
    case "branch":
      return [...ofBranches(project), keys.boards(project)];
    case "scene":
      return [
        keys.scene(id),
        keys.shots(id),
        keys.sceneTrashes(project),
        keys.scenesWithWorkflow(project),
        ...ofStory(project),
      ];
    case "shot":
      return [keys.allShots(), keys.allTakes(), ...ofStory(project)];
    case "tag":
      return [keys.tags(project)];
    case "take":
      return [keys.allFinished()];
    case "rendering":
      return [keys.queue(), keys.allUnderWay()];
    case "cut":
      return [keys.allCuts(project), keys.cutTrashes(project)];
    case "character":
      return [keys.characters(project), keys.character(id), keys.versions(id), keys.allAppearances()];
    case "workflow":
      // One for every project is of none.
      return [keys.allWorkflows(), keys.workflow(id), project_id ? keys.allStale(project) : keys.everyStale()];
    default:
      return subject.startsWith("engine") ? [keys.engines(), keys.allChecks()] : [];
  }
}

/** What compares or merges branches reads all of their scenes. */
const ofStory = (project: number): Key[] => [keys.comparisons(project), keys.trials(project)];

const ofBranches = (project: number): Key[] => [
  keys.branches(project),
  keys.branchTrash(project),
  keys.storyline(project),
  keys.tags(project),
  ...ofStory(project),
];

/** The takes with what a hint says of one of them; the same list where it says nothing new. */
export function withProgress(takes: Take[], news: Progress): Take[] {
  const index = takes.findIndex((take) => take.id === news.subject_id);
  const take = takes[index];
  // The end of a take counts more than a hint that comes after it.
  if (!take || isOver(take)) {
    return takes;
  }
  const status = news.status ?? take.status;
  const progress = news.progress ?? take.progress;
  if (status === take.status && progress === take.progress) {
    return takes;
  }
  return takes.with(index, { ...take, status, progress });
}

/** The cuts with what a hint says of the making of one's film; the end of it counts more. */
export function withFilmProgress(cuts: Cut[], news: Progress): Cut[] {
  return cuts.map((cut) =>
    cut.id === news.subject_id && ["queued", "running"].includes(cut.status)
      ? { ...cut, status: news.status ?? cut.status, progress: news.progress ?? cut.progress }
      : cut,
  );
}

/** The takes with one of them as it is now; the newest come as the list has them. */
export function withTake(takes: Take[], take: Take): Take[] {
  const index = takes.findIndex((other) => other.id === take.id);
  if (index < 0) {
    return takes;
  }
  // Its verdict is that of the shot whose list this is, which the take alone does not know.
  const before = takes[index];
  const verdict = before?.shot_id === take.shot_id ? take.verdict : (before?.verdict ?? take.verdict);
  return takes.with(index, { ...take, verdict, shot_id: before?.shot_id ?? take.shot_id });
}
