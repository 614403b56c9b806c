// How somebody resolves the conflicts of a merge, kept until it is done.
import type { Shapes } from "../../api/client";
import { forget, keep, kept } from "../../lib/kept";
import { namesIn } from "../../lib/names";
import { partOf, textOf } from "./telling";

export type Conflict = Shapes["ConflictShown"];
export type Choice = "ours" | "theirs" | "own";
export type Resolutions = NonNullable<Shapes["MergeRequest"]["resolutions"]>;

export interface Answer {
  choice: Choice;
  /** The text of one's own. */
  text?: string;
  /** What was in conflict when this was chosen; where that changed, the answer counts no more. */
  of: string;
}

export type Answers = Record<string, Answer>;

export const contentOf = (conflict: Conflict): string =>
  JSON.stringify([conflict.base, conflict.ours, conflict.theirs]);

// --- one's own words

type Editor = "text" | "number" | "names" | "line";

const EDITORS: Record<string, Editor> = {
  "scene.description": "text",
  "scene.status": "text",
  "scene.characters": "names",
  "scene.episode": "number",
  "shot.description": "text",
  "shot.prompt": "text",
  "shot.negative_prompt": "text",
  "shot.camera": "text",
  "shot.duration": "number",
  "shot.seed": "number",
};

/** How a value of one's own is written for a conflict; null where only a side can be taken. */
export function editorOf(conflict: Conflict): Editor | null {
  const kind = conflict.id.split("-", 1)[0] ?? "";
  if (kind === "shot" && conflict.field.startsWith("dialogue.") && (conflict.ours ?? conflict.theirs)) {
    return "line";
  }
  return EDITORS[`${kind}.${conflict.field}`] ?? null;
}

/** What one's own words begin from. */
export function firstText(conflict: Conflict): string {
  const value = conflict.ours ?? conflict.theirs;
  return editorOf(conflict) === "line" ? String(partOf(value, "line") ?? "") : textOf(conflict.field, value);
}

/** The value that was written; undefined where it is none. */
export function valueOf(conflict: Conflict, text: string): unknown {
  switch (editorOf(conflict)) {
    case "text":
      return text;
    case "names":
      return namesIn(text);
    case "number":
      return text.trim() && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case "line":
      return { ...((conflict.ours ?? conflict.theirs) as object), line: text };
    default:
      return undefined;
  }
}

// --- answers

export const isOutdated = (conflict: Conflict, answers: Answers): boolean =>
  (answers[conflict.id]?.of ?? contentOf(conflict)) !== contentOf(conflict);

export function isResolved(conflict: Conflict, answers: Answers): boolean {
  const answer = answers[conflict.id];
  return (
    answer !== undefined &&
    !isOutdated(conflict, answers) &&
    (answer.choice !== "own" || valueOf(conflict, answer.text ?? "") !== undefined)
  );
}

/** The answers as the service takes them, of those conflicts that are resolved. */
export function resolutionsOf(conflicts: readonly Conflict[], answers: Answers): Resolutions {
  const found: Resolutions = {};
  for (const conflict of conflicts) {
    const answer = answers[conflict.id];
    if (answer && isResolved(conflict, answers)) {
      found[conflict.id] =
        answer.choice === "own" ? { value: valueOf(conflict, answer.text ?? "") } : answer.choice;
    }
  }
  return found;
}

/** The place of the next conflict without an answer, after one, coming round; or -1. */
export function nextOpen(conflicts: readonly Conflict[], answers: Answers, after: number): number {
  const order = conflicts.map((_, n) => (after + 1 + n) % conflicts.length);
  return order.find((n) => !isResolved(conflicts[n]!, answers)) ?? -1;
}

// --- keeping

const key = (target: number, source: number): string => `merge:${target}:${source}`;

export function keptAnswers(target: number, source: number): Answers {
  try {
    const found: unknown = JSON.parse(kept(key(target, source)) ?? "{}");
    const entries = typeof found === "object" && found !== null ? Object.entries(found) : [];
    return Object.fromEntries(entries.filter((entry): entry is [string, Answer] => isAnswer(entry[1])));
  } catch {
    return {};
  }
}

export const keepAnswers = (target: number, source: number, answers: Answers): boolean =>
  keep(key(target, source), JSON.stringify(answers));

export const dropAnswers = (target: number, source: number): void => forget(key(target, source));

function isAnswer(value: unknown): value is Answer {
  const choice = partOf(value, "choice");
  const text = partOf(value, "text");
  return (
    typeof partOf(value, "of") === "string" &&
    (choice === "ours" || choice === "theirs" || choice === "own") &&
    (text === null || typeof text === "string")
  );
}
