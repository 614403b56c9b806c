// Frames, seconds, and how long ago something was.
import { locale, words } from "../messages";

/** Frames a second, of a fraction such as "24/1" or "24000/1001"; 24 where it is none. */
export function rateOf(fps: string | null | undefined): number {
  const [frames, seconds = "1"] = (fps ?? "").split("/");
  const rate = Number(frames) / Number(seconds);
  return Number.isFinite(rate) && rate > 0 ? rate : 24;
}

/** The frame that is shown at a time. Films' times are rounded, so the last bit is forgiven. */
export const frameAt = (seconds: number, rate: number): number =>
  Math.max(0, Math.floor(seconds * rate + 1e-3));

/** A time in the middle of a frame: there, no rounding leads to a neighbour. */
export const timeOf = (frame: number, rate: number): number => (frame + 0.5) / rate;

/** How many frames a film of that length has. */
export const framesIn = (seconds: number, rate: number): number =>
  Math.max(1, Math.round(seconds * rate));

/** Minutes, seconds and frames: `01:04:12`. */
export function timecode(frame: number, rate: number): string {
  const whole = Math.max(1, Math.round(rate));
  const seconds = Math.floor(frame / whole);
  const parts = [Math.floor(seconds / 60), seconds % 60, frame % whole];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** The length of a film for a person: `4 s`, `2:05`, `1:02:05`. */
export function length(seconds: number): string {
  if (seconds < 60) {
    return words.time.seconds(Math.round(seconds * 10) / 10);
  }
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** The day of a moment, where the reader is. */
export const dateOf = (moment: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(new Date(moment));

/** How long before `now` a moment was, in words; after a month, its date. */
export function ago(moment: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(moment)) / 60_000);
  if (minutes < 1) {
    return words.time.now;
  }
  if (minutes < 60) {
    return words.time.minutes(minutes);
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    return words.time.hours(hours);
  }
  const days = Math.floor(hours / 24);
  return days < 31 ? words.time.days(days) : dateOf(moment);
}
