// The table of scenes: what each cell says, and the change that a text in it means. Pure.
import type { SceneCard, Shapes } from "../../api/client";
import { listed, namesIn } from "../../lib/names";

export const COLUMNS = ["number", "picture", "words", "cast", "status", "duration", "shots", "takes", "state"] as const;
export type Column = (typeof COLUMNS)[number];

export const EDITABLE = ["number", "words", "cast", "status", "duration"] as const;
export type Editable = (typeof EDITABLE)[number];

export type Meaning = { change: Shapes["SceneUpdate"] } | { duration: number };
export type Refusal = { refused: "number" | "status" | "duration" };

const LONGEST = 600; // seconds of a shot

/** The column where its cell can be edited: a sum of several shots' seconds cannot. */
export const editable = (card: SceneCard, column: Column | undefined): Editable | undefined =>
  column === "duration" && card.shot_ids.length !== 1 ? undefined : EDITABLE.find((one) => one === column);

export function textOf(card: SceneCard, column: Editable): string {
  switch (column) {
    case "number":
      return String(card.scene_number);
    case "words":
      return card.description;
    case "cast":
      return listed(card.characters);
    case "status":
      return card.status;
    case "duration":
      return String(Math.round(card.duration * 1000) / 1000);
  }
}

export function meant(column: Editable, text: string): Meaning | Refusal {
  const typed = text.trim();
  switch (column) {
    case "number":
      return /^[+-]?\d{1,9}$/.test(typed) ? { change: { scene_number: Number(typed) } } : { refused: "number" };
    case "words":
      return { change: { description: text } };
    case "cast":
      return { change: { characters: namesIn(typed) } };
    case "status":
      return typed ? { change: { status: typed } } : { refused: "status" };
    case "duration": {
      const seconds = Number(typed.replace(",", "."));
      return typed && seconds >= 0.1 && seconds <= LONGEST ? { duration: seconds } : { refused: "duration" };
    }
  }
}

export interface Place {
  row: number;
  column: number;
}

const PAGE = 10; // rows

/** Where a key leads in the table; null where it leads nowhere. */
export function led(key: string, at: Place, rows: number): Place | null {
  const columns = COLUMNS.length;
  const to: Record<string, Place> = {
    ArrowUp: { row: at.row - 1, column: at.column },
    ArrowDown: { row: at.row + 1, column: at.column },
    ArrowLeft: { row: at.row, column: at.column - 1 },
    ArrowRight: { row: at.row, column: at.column + 1 },
    PageUp: { row: at.row - PAGE, column: at.column },
    PageDown: { row: at.row + PAGE, column: at.column },
    Home: { row: at.row, column: 0 },
    End: { row: at.row, column: columns - 1 },
    "Mod+Home": { row: 0, column: 0 },
    "Mod+End": { row: rows - 1, column: columns - 1 },
  };
  const found = to[key];
  const within = (n: number, count: number): number => Math.max(0, Math.min(n, count - 1));
  return found ? { row: within(found.row, rows), column: within(found.column, columns) } : null;
}

/** The next cell that can be edited, or the one before: on the next row after the last of one. */
export function nextEditable(cards: SceneCard[], at: Place, step: -1 | 1): Place | null {
  const columns = COLUMNS.length;
  for (let n = at.row * columns + at.column + step; n >= 0 && n < cards.length * columns; n += step) {
    const place = { row: Math.floor(n / columns), column: n % columns };
    const [card, column] = [cards[place.row], COLUMNS[place.column]];
    if (card && editable(card, column)) {
      return place;
    }
  }
  return null;
}

/** Where the keyboard stands once scenes have come, gone or moved: it follows its own while that is there. */
export function followed(at: Place, cards: readonly SceneCard[], scene: number | null): Place & { isThere: boolean } {
  const row = cards.findIndex((card) => card.id === scene);
  const isThere = row >= 0;
  return { ...at, row: isThere ? row : Math.max(0, Math.min(at.row, cards.length - 1)), isThere };
}
