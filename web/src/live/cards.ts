// A board's cards, and what changes of single scenes do to them. Pure.
import type { SceneCard } from "../api/client";

/** The scene that has a shot, where the board shows it. */
export const sceneOfShot = (cards: SceneCard[], shot: number): SceneCard | undefined =>
  cards.find((card) => card.shot_ids.includes(shot));

/** The order of the story: no episode comes first. */
export function inStory(a: SceneCard, b: SceneCard): number {
  const episodes = (a.episode === null ? 0 : 1) - (b.episode === null ? 0 : 1);
  return (
    episodes ||
    (a.episode ?? 0) - (b.episode ?? 0) ||
    a.scene_number - b.scene_number ||
    a.position - b.position ||
    a.lineage - b.lineage
  );
}

/** The cards with a scene as it is now: in its place, new, or without it where it is gone. */
export function withCard(cards: SceneCard[], scene: number, now: SceneCard | undefined): SceneCard[] {
  const index = cards.findIndex((card) => card.id === scene);
  if (!now) {
    return index < 0 ? cards : cards.toSpliced(index, 1);
  }
  if (index < 0) {
    return [...cards, now].sort(inStory);
  }
  const before = cards[index];
  const replaced = cards.with(index, now);
  return before && inStory(before, now) === 0 ? replaced : replaced.sort(inStory);
}

/** The cards with some of them moved together before another, or to the end. */
export function moved(cards: SceneCard[], scenes: ReadonlySet<number>, before: number | null): SceneCard[] {
  const place = before === null ? cards.length : cards.findIndex((card) => card.id === before);
  if (place < 0) {
    return cards;
  }
  const isMoved = (card: SceneCard): boolean => scenes.has(card.id);
  const isLeft = (card: SceneCard): boolean => !scenes.has(card.id);
  return [
    ...cards.slice(0, place).filter(isLeft),
    ...cards.filter(isMoved),
    ...cards.slice(place).filter(isLeft),
  ];
}

/** Before which scene some of them come when they go a step earlier or later; undefined: no step. */
export function besides(
  cards: SceneCard[],
  scenes: ReadonlySet<number>,
  step: -1 | 1,
): number | null | undefined {
  const isMoved = (card: SceneCard): boolean => scenes.has(card.id);
  if (step < 0) {
    return cards[cards.findIndex(isMoved) - 1]?.id;
  }
  const last = cards.findLastIndex(isMoved);
  return last < 0 || last === cards.length - 1 ? undefined : (cards[last + 2]?.id ?? null);
}

/**
 * The scenes to name in a request to reorder: those between the old and the new place, in their
 * new order. The rest keep their places.
 */
export function reordered(before: SceneCard[], after: SceneCard[]): number[] {
  const first = before.findIndex((card, n) => card.id !== after[n]?.id);
  const last = before.findLastIndex((card, n) => card.id !== after[n]?.id);
  return first < 0 ? [] : after.slice(first, last + 1).map((card) => card.id);
}

/** Without capitals, and without the wide letters and digits of Japanese and Chinese keyboards. */
const plain = (text: string): string => text.normalize("NFKC").toLocaleLowerCase();

/** Whether a card has all the words that somebody looks for: in its text, names, number, status. */
export function matches(card: SceneCard, wanted: string): boolean {
  const text = plain([card.description, ...card.characters, card.status, `#${card.scene_number}`].join(" "));
  return plain(wanted)
    .split(/\s+/)
    .every((word) => text.includes(word));
}
