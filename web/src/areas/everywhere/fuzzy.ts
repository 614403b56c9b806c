// Finding by a few letters, as they come: "mdv" finds "Moonlit Delivery". Pure.
import { plain } from "../../lib/plain";

export interface Match {
  /** The higher, the better. */
  score: number;
  /** Places of the plain text that were meant, in order. */
  places: number[];
}

const CONSECUTIVE = 8;
const WORD_START = 6;
const FIRST = 4;
const GAP = 0.2; // for each letter between two that were meant
const MOST_GAP = 4;
const LONGEST = 64; // letters that are wanted; a longer text is nobody's search

const isStart = (letters: string[], place: number): boolean =>
  place === 0 || !/[\p{L}\p{N}]/u.test(letters[place - 1] ?? "");

/** Where the letters of what is wanted are in a text, best; null where they are not all in order. */
export function fuzzy(wanted: string, text: string): Match | null {
  const letters = [...plain(text)];
  const words = plain(wanted.trim().slice(0, LONGEST)).split(/\s+/).filter(Boolean);
  const found: Match = { score: 0, places: [] };
  for (const word of words) {
    const match = ofWord([...word], letters);
    if (!match) {
      return null;
    }
    found.score += match.score;
    found.places.push(...match.places);
  }
  // Of two that fit alike, the one that says less else.
  return { score: found.score - letters.length / 100, places: found.places.sort((a, b) => a - b) };
}

/** The best of all ways to begin: each goes on to the nearest place, a word's start before others. */
function ofWord(word: string[], letters: string[]): Match | null {
  let best: Match | null = null;
  for (let start = letters.indexOf(word[0] ?? ""); start >= 0; start = letters.indexOf(word[0] ?? "", start + 1)) {
    const match = from(start, word, letters);
    if (match && (!best || match.score > best.score)) {
      best = match;
    }
  }
  return best;
}

function from(start: number, word: string[], letters: string[]): Match | null {
  const places = [start];
  let score = isStart(letters, start) ? WORD_START + (start === 0 ? FIRST : 0) : 0;
  for (const letter of word.slice(1)) {
    const last = places.at(-1) ?? start;
    const place = next(letter, last, letters);
    if (place < 0) {
      return null;
    }
    score += place === last + 1 ? CONSECUTIVE : isStart(letters, place) ? WORD_START : 0;
    score -= Math.min((place - last - 1) * GAP, MOST_GAP);
    places.push(place);
  }
  return { score: score + places.length, places };
}

function next(letter: string, after: number, letters: string[]): number {
  if (letters[after + 1] === letter) {
    return after + 1;
  }
  const near = letters.indexOf(letter, after + 1);
  for (let place = near; place >= 0; place = letters.indexOf(letter, place + 1)) {
    if (isStart(letters, place)) {
      return place;
    }
  }
  return near;
}
