// Writing over what others write too: a change says which state it was thought of (If-Match). Where
// others meanwhile changed something else, it is sent again; where they changed the same, it is not.
import { api, told, type Branch, type Character, type Cut, type Project, type Scene, type Shapes, type Shot } from "../api/client";
import { Problem } from "../api/problems";
import { plainItem } from "../areas/cut/places";
import { asSent, whole, type Settings } from "../lib/projectSettings";
import { words } from "../messages";

const CHANGED = 412; // RFC 9110: Precondition Failed
const MOST_TRIES = 5; // against others who write all the time

/** Somebody else wrote the same meanwhile; nothing of theirs was replaced. */
export class Overtaken<Row> extends Problem {
  readonly theirs: Row;

  constructor(theirs: Row) {
    super(CHANGED, words.errors.changed);
    this.theirs = theirs;
  }
}

type Header = { "If-Match": string };

interface Found<Row> {
  row: Row;
  tag: string;
}

/** Whether the service has looked at a write and will not have it: to send it again is no use. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Problem && error.status >= 400 && error.status < 500 && ![408, 429].includes(error.status);

/** How a row is written and looked at again. */
interface Way<Row, Change> {
  put: (header: Header, change: Change) => Promise<Row>;
  get: () => Promise<Found<Row>>;
  /** What of a row a change is about, under the change's own names; the row itself if not said. */
  seen?: (row: Row) => object;
}

/** A state that somebody has seen; without its tag, it is looked first whether it is still so. */
interface Known {
  tag: string | null;
  fields: object;
}

/** Whether two states of a thing are alike in all that a change is about. */
export function isSameIn(change: object, before: object, now: object): boolean {
  const values = new Map<string, unknown>(Object.entries(before));
  const others = new Map<string, unknown>(Object.entries(now));
  return Object.keys(change).every(
    (field) => JSON.stringify(values.get(field)) === JSON.stringify(others.get(field)),
  );
}

/** A row's own values of the fields that a change names. */
export const valuesOf = <Change extends object>(row: object, change: Change): Change =>
  Object.fromEntries(Object.entries(row).filter(([field]) => field in change)) as Change;

/** Changes a row as it was known. Throws `Overtaken` where the same was changed since. */
export async function writeOver<Row extends object, Change extends object>(
  known: Known,
  change: Change,
  { put, get, seen = (row) => row }: Way<Row, Change>,
): Promise<Row> {
  let { tag } = known;
  for (let tries = 1; ; tries++) {
    try {
      if (tag !== null) {
        return await put({ "If-Match": tag }, change);
      }
    } catch (error) {
      if (!(error instanceof Problem && error.status === CHANGED) || tries === MOST_TRIES) {
        throw error;
      }
    }
    const theirs = await get();
    if (isSameIn(change, change, seen(theirs.row))) {
      return theirs.row; // both wrote the same
    }
    if (!isSameIn(change, known.fields, seen(theirs.row))) {
      throw new Overtaken(theirs.row);
    }
    tag = theirs.tag;
  }
}

interface Revised {
  revision: number;
}

const tagOf = ({ revision }: Revised): string => `"${revision}"`;
const asKnown = (row: Revised): Known => ({ tag: tagOf(row), fields: row });
const found = async <Row extends Revised>(asked: Promise<Row>): Promise<Found<Row>> => {
  const row = await asked;
  return { row, tag: tagOf(row) };
};

type SceneChange = Shapes["SceneUpdate"];
type KnownScene = Pick<Scene, "id" | "revision"> & { [Field in keyof SceneChange]: Scene[Field & keyof Scene] };

export function writeScene(known: KnownScene, change: SceneChange): Promise<Scene> {
  const path = { scene_id: known.id };
  return writeOver<Scene, SceneChange>(asKnown(known), change, {
    put: (header, body) => told(api.PUT("/api/anime/scenes/{scene_id}", { params: { path, header }, body })),
    get: () => found(told(api.GET("/api/anime/scenes/{scene_id}", { params: { path } }))),
  });
}

type ShotChange = Shapes["ShotUpdate"];

/** A shot counts no revisions: its state goes by the tag that comes with it. */
export function writeShot(known: Pick<Shot, "id"> & Partial<Shot>, change: ShotChange): Promise<Shot> {
  const path = { shot_id: known.id };
  return writeOver<Shot, ShotChange>({ tag: null, fields: known }, change, {
    put: (header, body) => told(api.PUT("/api/anime/shots/{shot_id}", { params: { path, header }, body })),
    get: async () => {
      const asked = api.GET("/api/anime/shots/{shot_id}", { params: { path } });
      const row = await told(asked);
      return { row, tag: (await asked).response.headers.get("ETag") ?? "*" };
    },
  });
}

export function writeCharacter(known: Character, change: Shapes["CharacterUpdate"]): Promise<Character> {
  const path = { character_id: known.id };
  return writeOver<Character, Shapes["CharacterUpdate"]>(asKnown(known), change, {
    put: (header, body) => told(api.PUT("/api/anime/characters/{character_id}", { params: { path, header }, body })),
    get: () => found(told(api.GET("/api/anime/characters/{character_id}", { params: { path } }))),
  });
}

export function writeBranch(known: Branch, change: Shapes["BranchUpdate"]): Promise<Branch> {
  const path = { branch_id: known.id };
  return writeOver<Branch, Shapes["BranchUpdate"]>(asKnown(known), change, {
    put: (header, body) => told(api.PUT("/api/anime/branches/{branch_id}", { params: { path, header }, body })),
    get: () => found(told(api.GET("/api/anime/branches/{branch_id}", { params: { path } }))),
  });
}

type CutChange = Shapes["CutUpdate"];

/** Its items are compared as they are sent: `plainItem`s. */
export function writeCut(known: Cut, change: CutChange): Promise<Cut> {
  const path = { cut_id: known.id };
  return writeOver<Cut, CutChange>({ tag: tagOf(known), fields: cutSeen(known) }, change, {
    put: (header, body) => told(api.PUT("/api/anime/cuts/{cut_id}", { params: { path, header }, body })),
    get: () => found(told(api.GET("/api/anime/cuts/{cut_id}", { params: { path } }))),
    seen: cutSeen,
  });
}

/** A cut as a change names it: no items of its own where it follows its branch. */
const cutSeen = ({ name, items, follows_branch }: Cut) => ({
  name,
  items: follows_branch ? null : items.map(plainItem),
});

/** What is changed of a project's settings, and what stood there when it was. */
export interface SettingsEdit {
  project: Pick<Project, "id" | "revision">;
  change: Partial<Settings>;
  base: Partial<Settings>;
}

export function writeSettings({ project, change, base }: SettingsEdit): Promise<Project> {
  const path = { project_id: project.id };
  return writeOver<Project, Partial<Settings>>({ tag: tagOf(project), fields: base }, change, {
    put: (header, fields) => {
      const body = { settings: asSent(fields) };
      return told(api.PUT("/api/anime/projects/{project_id}", { params: { path, header }, body }));
    },
    get: () => found(told(api.GET("/api/anime/projects/{project_id}", { params: { path } }))),
    seen: ({ settings }) => whole(settings),
  });
}
