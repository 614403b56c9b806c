// The branches of a story as lanes, with what happened to them in the order of its changes. Pure.
import type { Branch, Shapes } from "../../api/client";
import { grouped } from "../../lib/grouped";
import { sourceOf, takenBack, type Source } from "./happenings";

type Change = Shapes["Change"];
type Tag = Shapes["Tag"];

export interface Place {
  x: number;
  lane: number;
}

export interface Lane {
  branch: Branch;
  lane: number;
  depth: number;
  /** Where it begins; its end is the end of the chart: now. */
  from: number;
}

export interface Mark extends Place {
  id: string;
  change: number;
  kind: "begun" | "merged" | "reverted" | "tag";
  text: string;
  /** What stands above it: a tag's name, or several. */
  label: string;
  isUndone: boolean;
}

export interface Link {
  id: string;
  kind: "fork" | "merge";
  from: Place;
  to: Place;
  isUndone: boolean;
}

export interface Chart {
  lanes: Lane[];
  marks: Mark[];
  links: Link[];
  /** Where a day begins, as its first moment. */
  days: { x: number; at: string }[];
  width: number;
}

const MARGIN = 18;
const STEP = 34; // from a mark to the next
const NARROW = 18; // past a point where nothing stands
const DAY_WIDTH = 64;
const END = 44;

type Unplaced = Omit<Mark, "x"> & { at: string | null };

/** Where everything stands. The chart is as wide as what happened, not as the time that it took. */
export function charted(branches: readonly Branch[], changes: readonly Change[], tags: readonly Tag[]): Chart {
  const ordered = inTree(branches);
  const laneOf = new Map(ordered.map(({ branch }, lane) => [branch.id, lane]));
  const gone = takenBack(changes);
  const marks = marked(changes, tags, laneOf, gone);
  const sources = new Map(marks.map((mark) => [mark.change, null as Source | null]));
  changes.forEach((change) => sources.has(change.id) && sources.set(change.id, sourceOf(change)));
  const { xOf, days, width } = columns(marks, [...sources.values()]);
  const placed = marks.map(({ at: _, ...mark }) => ({ ...mark, x: xOf(mark.change) }));
  const begins = new Map(placed.filter((m) => m.kind === "begun").map((m) => [m.lane, m.x]));
  return {
    lanes: ordered.map(({ branch, depth }, lane) => ({ branch, lane, depth, from: begins.get(lane) ?? 0 })),
    marks: placed,
    links: placed.flatMap((mark) => linked(mark, sources.get(mark.change) ?? null, laneOf, xOf)),
    days,
    width,
  };
}

/** Branches with those that were forked from them below, the oldest first. */
function inTree(branches: readonly Branch[]): { branch: Branch; depth: number }[] {
  const known = new Set(branches.map((branch) => branch.id));
  const children = grouped(branches, ({ parent_id }) =>
    parent_id !== null && known.has(parent_id) ? parent_id : null,
  );
  const found: { branch: Branch; depth: number }[] = [];
  const left = [...(children.get(null) ?? [])].reverse().map((branch) => ({ branch, depth: 0 }));
  for (let next = left.pop(); next; next = left.pop()) {
    found.push(next);
    const below = children.get(next.branch.id) ?? [];
    const depth = next.depth + 1;
    left.push(...[...below].reverse().map((branch) => ({ branch, depth })));
  }
  return found;
}

const KINDS: Record<string, Mark["kind"]> = {
  created: "begun",
  forked: "begun",
  merged: "merged",
  reverted: "reverted",
};

function marked(
  changes: readonly Change[],
  tags: readonly Tag[],
  laneOf: Map<number, number>,
  gone: Set<number>,
): Unplaced[] {
  const ofBranches = changes.flatMap((change) => {
    const [kind, lane] = [KINDS[change.verb], laneOf.get(change.subject_id)];
    const { id, text, at } = change;
    return kind === undefined || lane === undefined
      ? []
      : [{ id: `c${id}`, change: id, kind, lane, text, label: "", isUndone: gone.has(id), at }];
  });
  // Several names of one moment stand in one place.
  const moments = grouped(tags, (tag) => `${tag.branch_id}:${tag.change_id}`);
  const named = [...moments.values()].flatMap((of) => {
    const [tag] = of;
    const lane = tag && laneOf.get(tag.branch_id);
    const label = of.map((one) => one.name).join(", ");
    return tag === undefined || lane === undefined
      ? []
      : [{ id: `t${tag.id}`, change: tag.change_id, kind: "tag" as const, lane, text: label, label, isUndone: false, at: null }];
  });
  return [...ofBranches, ...named].sort((a, b) => a.change - b.change);
}

/** A column for every change that something stands at or comes from, in their order. */
function columns(marks: readonly Unplaced[], sources: readonly (Source | null)[]) {
  const at = grouped(marks, (mark) => mark.change);
  const points = sources.flatMap((source) => (source ? [source.at] : []));
  const ids = [...new Set([...at.keys(), ...points])].sort((a, b) => a - b);
  const places = new Map<number, number>();
  const days: { x: number; at: string }[] = [];
  let x = MARGIN;
  let lastDay = -DAY_WIDTH;
  let day = "";
  for (const id of ids) {
    const here = at.get(id) ?? [];
    places.set(id, x);
    const moment = here.find((mark) => mark.at !== null)?.at;
    if (moment && new Date(moment).toDateString() !== day) {
      day = new Date(moment).toDateString();
      if (x - lastDay >= DAY_WIDTH) {
        days.push({ x, at: moment });
        lastDay = x;
      }
    }
    const widest = Math.max(0, ...here.map((mark) => widthOf(mark.label)));
    x += here.length ? Math.max(STEP, widest + NARROW) : NARROW;
  }
  return { xOf: (id: number): number => places.get(id) ?? MARGIN, days, width: x + END };
}

function linked(
  mark: Mark,
  source: Source | null,
  laneOf: Map<number, number>,
  xOf: (change: number) => number,
): Link[] {
  const lane = source ? laneOf.get(source.branch) : undefined;
  if (!source || lane === undefined || mark.kind === "tag") {
    return [];
  }
  const { id, x, isUndone } = mark;
  const kind = mark.kind === "begun" ? "fork" : "merge";
  return [{ id, kind, from: { x: xOf(source.at), lane }, to: { x, lane: mark.lane }, isUndone }];
}

const LONGEST = 22; // letters of a label

export const shortened = (label: string): string =>
  [...label].length > LONGEST ? `${[...label].slice(0, LONGEST - 1).join("")}…` : label;

/** About how wide a label is drawn: ideographs and kana are twice as wide as letters. */
export function widthOf(label: string): number {
  return [...shortened(label)].reduce((width, letter) => width + (letter > "\u2e80" ? 12 : 6.6), 0);
}
