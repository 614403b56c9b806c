// The newest picture of each take that is being made, for as long as it is.
import { shallowReactive } from "vue";
import { thumbnailOf, type Take } from "../api/client";
import type { Preview } from "./news";

const MOST = 32; // servers render fewer at a time

const pictures = shallowReactive(new Map<number, string>());

export function showPreview({ subject_id, mime, image }: Preview): void {
  pictures.delete(subject_id);
  pictures.set(subject_id, `data:${mime};base64,${image}`);
  const [oldest] = pictures.keys();
  if (pictures.size > MOST && oldest !== undefined) {
    pictures.delete(oldest);
  }
}

export const dropPreview = (take: number): void => void pictures.delete(take);

/** What a take looks like by now: its result, or what is seen of it while it is made. */
export function pictureOf(take: Take, width: number): string | null {
  const medium = take.media_id ?? take.preview_id;
  return medium ? thumbnailOf(medium, width) : (pictures.get(take.id) ?? null);
}
