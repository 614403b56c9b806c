// What one version of a character has differently from the one before. Pure.
import type { Character } from "../../api/client";

const FIELDS = [
  "name",
  "kind",
  "description",
  "prompt",
  "negative_prompt",
  "media_id",
  "looks",
  "loras",
  "comfyui_workflow",
] as const;

export type Field = (typeof FIELDS)[number];

export const differences = (before: Character, after: Character): Field[] =>
  FIELDS.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
