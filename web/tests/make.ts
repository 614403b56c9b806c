// Plain factories: each makes one thing as the service answers it.
import type { Branch, Character, SceneCard, Shapes, Take } from "../src/api/client";

export const card = (id: number, fields: Partial<SceneCard> = {}): SceneCard => ({
  id,
  project_id: 1,
  branch_name: "main",
  scene_number: id,
  description: "Night, a roof",
  characters: [],
  video_path: null,
  status: "pending",
  created_at: "2025-10-05T05:01:44.318020Z",
  updated_at: "2025-10-05T05:01:44.318020Z",
  lineage: id,
  position: id,
  episode: null,
  revision: 1,
  deleted_at: null,
  workflow_id: null,
  shot_ids: [id * 10],
  candidates: [],
  duration: 4,
  approved: 0,
  takes: {},
  picture: null,
  ...fields,
});

export const take = (id: number, fields: Partial<Take> = {}): Take => ({
  id,
  project_id: 1,
  shot_id: 10,
  stage: "video",
  number: id,
  run_id: null,
  status: "running",
  progress: 0.25,
  verdict: "unreviewed",
  attempt: 1,
  engine: "animatic",
  seed: 7,
  digest: "d",
  reused_from: null,
  outputs: [],
  media_id: null,
  preview_id: null,
  error: null,
  engine_id: null,
  place: 0,
  waits_for: null,
  warnings: [],
  queued_at: "2025-10-05T05:01:44.318020Z",
  started_at: null,
  finished_at: null,
  ...fields,
});

export const change = (fields: Partial<Shapes["Change"]>): Shapes["Change"] => ({
  id: 1,
  at: "2025-10-05T05:01:44.318020Z",
  actor: null,
  project_id: 1,
  branch_name: "main",
  subject: "scene",
  subject_id: 1,
  verb: "changed",
  revision: 2,
  text: "",
  data: null,
  ...fields,
});

export const character = (version: number, fields: Partial<Character> = {}): Character => ({
  id: 1,
  project_id: 1,
  name: "Kaguya",
  description: null,
  version,
  image_path: null,
  comfyui_workflow: null,
  created_at: "2025-10-05T05:01:44.318020Z",
  updated_at: "2025-10-05T05:01:44.318020Z",
  kind: "character",
  prompt: null,
  negative_prompt: null,
  loras: [],
  looks: {},
  media_id: null,
  revision: version,
  deleted_at: null,
  ...fields,
});

export const branch = (id: number, fields: Partial<Branch> = {}): Branch => ({
  id,
  project_id: 1,
  name: id === 1 ? "main" : `branch ${id}`,
  parent_id: null,
  forked_at: null,
  description: null,
  created_at: "2025-10-05T05:01:44.318020Z",
  updated_at: "2025-10-05T05:01:44.318020Z",
  revision: 1,
  deleted_at: null,
  ...fields,
});

export const tag = (id: number, fields: Partial<Shapes["Tag"]> = {}): Shapes["Tag"] => ({
  id,
  branch_id: 1,
  name: `tag ${id}`,
  change_id: 1,
  created_at: "2025-10-05T05:01:44.318020Z",
  actor: null,
  ...fields,
});

export const scene = (
  lineage: number,
  fields: Partial<Shapes["SceneDifference"]> = {},
): Shapes["SceneDifference"] => ({
  lineage,
  scene_number: lineage,
  change: "changed",
  fields: {},
  shots: [],
  ...fields,
});

export const conflict = (
  id: string,
  fields: Partial<Shapes["ConflictShown"]> = {},
): Shapes["ConflictShown"] => ({
  id,
  lineage: 1,
  scene_number: 1,
  shot_number: null,
  field: "description",
  base: null,
  ours: null,
  theirs: null,
  ...fields,
});

/** An answer that comes when it is let go. */
export function held(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

/** What a browser keeps, for one test. */
export function storage() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}
