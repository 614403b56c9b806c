// The one way to the service: typed calls, whose refusals are thrown as a Problem.
import createClient from "openapi-fetch";
import { Problem, unreachable } from "./problems";
import type { components, paths } from "./schema";

export type Shapes = components["schemas"];
export type Project = Shapes["Project"];
export type Overview = Shapes["Overview"];
export type Branch = Shapes["Branch"];
export type Scene = Shapes["Scene"];
export type SceneCard = Shapes["SceneCard"];
export type Shot = Shapes["Shot"];
export type Take = Shapes["Take"];
export type Run = Shapes["Run"];
export type RunShot = Shapes["RunShot"];
export type Stale = Shapes["Stale"];
export type Medium = Shapes["Medium"];
export type Character = Shapes["Character"];
export type Appearance = Shapes["Appearance"];
export type Engine = Shapes["Engine"];
export type Workflow = Shapes["Workflow"];
export type EngineCheck = Shapes["EngineCheck"];
export type Cut = Shapes["Cut"];
export type ReelShot = Shapes["ReelShot"];
export type ReelTake = Shapes["ReelTake"];
export type Rendering = Shapes["Rendering"];

export const PREFIX = "/api/anime";

export const api = createClient<paths>({ baseUrl: "" });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What a call answered. Throws a Problem whose message is a sentence for a person. */
export async function told<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch {
    throw unreachable();
  }
  if (!answer.response.ok) {
    throw Problem.of(answer.response.status, answer.error);
  }
  return answer.data as T;
}

/** Uploads a file as the form's field `file`; the row that it became. */
export async function upload<T>(path: string, file: File): Promise<T> {
  const body = new FormData();
  body.append("file", file, file.name);
  let response: Response;
  try {
    response = await fetch(`${PREFIX}${path}`, { method: "POST", body });
  } catch {
    throw unreachable();
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    throw Problem.of(response.status, answer);
  }
  return answer as T;
}

export const fileOf = (media: string): string => `${PREFIX}/media/${media}/file`;

export const thumbnailOf = (media: string, width: number): string =>
  `${PREFIX}/media/${media}/thumbnail?width=${width}`;
