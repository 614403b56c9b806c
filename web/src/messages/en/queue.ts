import { many } from "./many";

export const queue = {
  queue: {
    title: "Queue",
    left: (time: string) => `about ${time} left`,
    leftFrom: "By how long takes took of late",
    pause: "Pause",
    resume: "Go on",
    paused: (when: string, by: string | null) =>
      `Rendering was paused ${when}${by ? ` by ${by}` : ""}. What renders is finished; nothing more is begun until it goes on.`,
    pausedNow: "Rendering is paused: what renders is finished, nothing more is begun.",
    resumed: "Rendering goes on.",
    render: "Render…",
    first: "Render first",
    drag: "Drag to begin it sooner or later; or Shift with the arrows",
    place: (n: number, all: number) => `Place ${n} of ${all} in the queue`,
    moved: (n: number) => `Moved to place ${n}.`,
    more: (n: number) => `${many(n, "more take waits", "more takes wait")} behind these.`,
    showMore: "Show more",
    branch: "Branch",
    keys: {
      walk: "Choose a take in the queue",
      earlier: "Begin it sooner, or later",
      cancel: "Cancel the chosen take",
      pause: "Pause, or go on",
      render: "Render what is missing or stale",
    },
  },
};
