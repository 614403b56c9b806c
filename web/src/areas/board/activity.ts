// What renders now, by scenes. Pure.
import type { SceneCard, Take } from "../../api/client";

export interface Activity {
  running: number;
  queued: number;
  /** From 0 to 1, of all that is under way. */
  progress: number;
}

export function activities(cards: SceneCard[], takes: Take[]): Map<number, Activity> {
  const scenes = new Map(cards.flatMap((card) => card.shot_ids.map((shot) => [shot, card.id])));
  const found = new Map<number, Activity>();
  for (const take of takes) {
    const scene = scenes.get(take.shot_id);
    if (scene === undefined) {
      continue;
    }
    const activity = found.get(scene) ?? { running: 0, queued: 0, progress: 0 };
    const count = activity.running + activity.queued;
    activity.progress = (activity.progress * count + take.progress) / (count + 1);
    activity[take.status === "running" ? "running" : "queued"] += 1;
    found.set(scene, activity);
  }
  return found;
}
