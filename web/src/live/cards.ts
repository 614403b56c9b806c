// A board's cards, and what changes of single scenes do to them. Pure.
import type { SceneCard } from "../api/client";
import { plain } from "../lib/plain";

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

/** Whether a card has all the words that somebody looks for: in its text, names, number, status. */
export function matches(card: SceneCard, wanted: string): boolean {
  const text = plain([card.description, ...card.characters, card.status, `#${card.scene_number}`].join(" "));
  return plain(wanted)
    .split(/\s+/)
    .every((word) => text.includes(word));
}
