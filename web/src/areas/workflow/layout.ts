// Where the nodes of a graph are drawn: in columns, so that links lead from left to right. Pure.
//
// After Sugiyama, Tagawa and Toda (1981): links that close a circle are left out, each node comes
// into a column right of all that it takes something from, nodes are sorted within their columns by
// where their neighbours are, and then moved as near to these as the column lets them.

export interface Box {
  id: string;
  width: number;
  height: number;
}

export interface Link {
  from: string;
  to: string;
}

export interface Point {
  x: number;
  y: number;
}

const GAP_X = 70;
const GAP_Y = 28;
const SWEEPS = 12; // after which hardly anything moves

/** The upper left corner of each box; the same boxes and links always give the same. */
export function layout(boxes: Box[], links: Link[]): Map<string, Point> {
  const before = new Map(boxes.map(({ id }) => [id, [] as string[]]));
  const after = new Map(boxes.map(({ id }) => [id, [] as string[]]));
  for (const { from, to } of withoutCircles(boxes, links)) {
    before.get(to)?.push(from);
    after.get(from)?.push(to);
  }
  const columns = columnsOf(boxes, before, after);
  const middles = new Map<string, number>();
  columns.forEach((column) => stack(column, middles));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forwards = sweep % 2 === 0;
    const neighbours = forwards ? before : after;
    for (const column of forwards ? columns : columns.toReversed()) {
      settle(column, neighbours, middles, sweep < SWEEPS - 4);
    }
  }
  return placed(columns, middles);
}

/** The links but those that lead back to where one came from, and each once. */
function withoutCircles(boxes: Box[], links: Link[]): Link[] {
  const known = new Set(boxes.map(({ id }) => id));
  const following = new Map<string, Set<string>>();
  for (const { from, to } of links) {
    if (known.has(from) && known.has(to) && from !== to) {
      following.set(from, (following.get(from) ?? new Set()).add(to));
    }
  }
  const state = new Map<string, "open" | "done">();
  const kept: Link[] = [];
  for (const { id } of boxes) {
    if (state.has(id)) {
      continue;
    }
    // A walk with a stack of its own: a chain of thousands of nodes is no deep recursion.
    const path = [{ id, rest: [...(following.get(id) ?? [])] }];
    state.set(id, "open");
    while (path.length) {
      const at = path[path.length - 1] as (typeof path)[number];
      const next = at.rest.shift();
      if (next === undefined) {
        state.set(at.id, "done");
        path.pop();
      } else if (state.get(next) !== "open") {
        kept.push({ from: at.id, to: next });
        if (!state.has(next)) {
          state.set(next, "open");
          path.push({ id: next, rest: [...(following.get(next) ?? [])] });
        }
      }
    }
  }
  return kept;
}

type Neighbours = Map<string, string[]>;

function columnsOf(boxes: Box[], before: Neighbours, after: Neighbours): Box[][] {
  const ordered = topological(boxes, before, after);
  const at = new Map<string, number>();
  for (const id of ordered) {
    at.set(id, Math.max(-1, ...(before.get(id) ?? []).map((one) => at.get(one) ?? 0)) + 1);
  }
  for (const id of ordered) {
    const targets = after.get(id) ?? [];
    if (!before.get(id)?.length && targets.length) {
      // What takes nothing stands beside the first that takes from it.
      at.set(id, Math.min(...targets.map((one) => at.get(one) ?? 0)) - 1);
    }
  }
  const columns: Box[][] = [];
  for (const box of boxes) {
    const column = at.get(box.id) ?? 0;
    (columns[column] ??= []).push(box);
  }
  return columns.filter((column) => column !== undefined);
}

function topological(boxes: Box[], before: Neighbours, after: Neighbours): string[] {
  const waits = new Map(boxes.map(({ id }) => [id, before.get(id)?.length ?? 0]));
  const ready = boxes.filter(({ id }) => waits.get(id) === 0).map(({ id }) => id);
  for (let index = 0; index < ready.length; index++) {
    for (const next of after.get(ready[index] as string) ?? []) {
      const left = (waits.get(next) ?? 0) - 1;
      waits.set(next, left);
      if (left === 0) {
        ready.push(next);
      }
    }
  }
  return ready;
}

/** One under the other, around the axis. */
function stack(column: Box[], middles: Map<string, number>): void {
  const whole = column.reduce((sum, box) => sum + box.height + GAP_Y, -GAP_Y);
  let top = -whole / 2;
  for (const box of column) {
    middles.set(box.id, top + box.height / 2);
    top += box.height + GAP_Y;
  }
}

/** Moves a column's boxes as near to their neighbours as they have room; sorts them, if asked. */
function settle(column: Box[], neighbours: Neighbours, middles: Map<string, number>, sorts: boolean): void {
  const wanted = new Map(
    column.map(({ id }) => {
      const near = (neighbours.get(id) ?? []).map((one) => middles.get(one) ?? 0);
      const mean = near.reduce((sum, y) => sum + y, 0) / near.length;
      return [id, near.length ? mean : (middles.get(id) ?? 0)];
    }),
  );
  const by = (box: Box): number => wanted.get(box.id) ?? 0;
  if (sorts) {
    column.sort((a, b) => by(a) - by(b));
  }
  const offsets: number[] = [];
  column.forEach((box, index) => {
    const above = column[index - 1];
    offsets.push(above ? (offsets[index - 1] ?? 0) + (above.height + box.height) / 2 + GAP_Y : 0);
  });
  const found = nondecreasing(column.map((box, index) => by(box) - (offsets[index] ?? 0)));
  column.forEach((box, index) => middles.set(box.id, (found[index] ?? 0) + (offsets[index] ?? 0)));
}

/** The numbers that never fall and are nearest to those given, by their squares (Ayer et al., 1955). */
export function nondecreasing(values: number[]): number[] {
  const blocks: { mean: number; count: number }[] = [];
  for (const value of values) {
    let block = { mean: value, count: 1 };
    for (let last = blocks.at(-1); last && last.mean > block.mean; last = blocks.at(-1)) {
      blocks.pop();
      const count = last.count + block.count;
      block = { mean: (last.mean * last.count + block.mean * block.count) / count, count };
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ mean, count }) => Array<number>(count).fill(mean));
}

function placed(columns: Box[][], middles: Map<string, number>): Map<string, Point> {
  const found = new Map<string, Point>();
  let x = 0;
  for (const column of columns) {
    for (const box of column) {
      found.set(box.id, { x, y: Math.round((middles.get(box.id) ?? 0) - box.height / 2) });
    }
    x += Math.max(...column.map((box) => box.width)) + GAP_X;
  }
  return found;
}
