// Writing over what others write too: a change says which state it was thought of (If-Match). Where
// others meanwhile changed something else, it is sent again; where they changed the same, it is not.
import { api, told, type Scene } from "../api/client";
import { Problem } from "../api/problems";
import { words } from "../messages";
import type { Shapes } from "../api/client";

type Change = Shapes["SceneUpdate"];
type Known = Pick<Scene, "id" | "revision"> & { [Field in keyof Change]: Scene[Field & keyof Scene] };

const CHANGED = 412; // RFC 9110: Precondition Failed
const MOST_TRIES = 5; // against others who write all the time

/** Somebody else wrote the same meanwhile; nothing of theirs was replaced. */
export class Overtaken extends Problem {
  readonly theirs: Scene;

  constructor(theirs: Scene) {
    super(CHANGED, words.errors.changed);
    this.theirs = theirs;
  }
}

/** Whether two states of a thing are alike in all that a change is about. */
export function isSameIn(change: object, before: object, now: object): boolean {
  const values = new Map<string, unknown>(Object.entries(before));
  const others = new Map<string, unknown>(Object.entries(now));
  return Object.keys(change).every(
    (field) => JSON.stringify(values.get(field)) === JSON.stringify(others.get(field)),
  );
}

/** Changes a scene as it was known. Throws `Overtaken` where the same was changed since. */
export async function writeScene(known: Known, change: Change): Promise<Scene> {
  let { revision } = known;
  for (let tries = 1; ; tries++) {
    const params = { path: { scene_id: known.id }, header: { "If-Match": `"${revision}"` } };
    try {
      return await told(api.PUT("/api/anime/scenes/{scene_id}", { params, body: change }));
    } catch (error) {
      if (!(error instanceof Problem && error.status === CHANGED) || tries === MOST_TRIES) {
        throw error;
      }
    }
    const theirs = await told(
      api.GET("/api/anime/scenes/{scene_id}", { params: { path: { scene_id: known.id } } }),
    );
    if (isSameIn(change, change, theirs)) {
      return theirs; // both wrote the same
    }
    if (!isSameIn(change, known, theirs)) {
      throw new Overtaken(theirs);
    }
    revision = theirs.revision;
  }
}

/** Sets how long a shot lasts, where it still lasts what was known. */
export async function writeDuration(shot: number, known: number, duration: number): Promise<void> {
  const path = { shot_id: shot };
  const { data, response } = await api.GET("/api/anime/shots/{shot_id}", { params: { path } });
  if (!data || data.duration !== known) {
    throw data ? new Problem(CHANGED, words.errors.changed) : Problem.of(response.status, undefined);
  }
  const header = { "If-Match": response.headers.get("ETag") ?? "*" };
  await told(api.PUT("/api/anime/shots/{shot_id}", { params: { path, header }, body: { duration } }));
}
