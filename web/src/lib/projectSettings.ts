// A project's settings as they are edited: whole, and with words where a number is not typed yet. Pure.
import type { Shapes } from "../api/client";

type Stored = Shapes["StoredSettings"];

export interface Settings {
  width: number;
  height: number;
  fps: string;
  prompt: string;
  negative: string;
  template: string;
  stages: { name: string; workflow_id: number | null }[];
  engine: string;
  language: string;
}

/** The usual rates, each with how it is said. */
export const RATES: readonly (readonly [string, string])[] = [
  ["12/1", "12"],
  ["15/1", "15"],
  ["16/1", "16"],
  ["24000/1001", "23.976"],
  ["24/1", "24"],
  ["25/1", "25"],
  ["30000/1001", "29.97"],
  ["30/1", "30"],
  ["48/1", "48"],
  ["60/1", "60"],
];

/** Everything that is set, said or not. */
export const whole = (stored: Stored): Settings => ({
  width: stored.width ?? 1280,
  height: stored.height ?? 720,
  fps: stored.fps ?? "24/1",
  prompt: stored.style?.prompt ?? "",
  negative: stored.style?.negative_prompt ?? "",
  template: stored.style?.template ?? "",
  stages: (stored.stages ?? [{ name: "video" }]).map(({ name, workflow_id }) => ({
    name,
    workflow_id: workflow_id ?? null,
  })),
  engine: stored.engine ?? "animatic",
  language: stored.language ?? "en",
});

export type Field = keyof Settings;
export const FIELDS = Object.keys(whole({})) as Field[];

export const isAlike = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Some of the fields, with their values. */
export const picked = (settings: Partial<Settings>, fields: readonly Field[]): Partial<Settings> =>
  Object.fromEntries(fields.map((field) => [field, settings[field]]));

/** What is sent: only what differs, so that nobody else's change is overwritten. */
export const difference = (before: Settings, after: Settings): Shapes["ProjectSettings"] =>
  asSent(picked(after, FIELDS.filter((field) => !isAlike(before[field], after[field]))));

/** Changed fields as the service takes them. */
export function asSent({ prompt, negative, template, ...others }: Partial<Settings>): Shapes["ProjectSettings"] {
  const style = {
    ...(prompt !== undefined && { prompt }),
    ...(negative !== undefined && { negative_prompt: negative }),
    ...(template !== undefined && { template }),
  };
  return { ...others, ...(Object.keys(style).length && { style }) } as Shapes["ProjectSettings"];
}

/** A name for another stage that none has yet. */
export function newStage(stages: Settings["stages"]): string {
  const names = new Set(stages.map((stage) => stage.name));
  const usual = ["keyframe", "video", "upscale"].find((name) => !names.has(name));
  if (usual) {
    return usual;
  }
  let n = names.size + 1;
  while (names.has(`stage-${n}`)) {
    n += 1;
  }
  return `stage-${n}`;
}
