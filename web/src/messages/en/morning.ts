import { momentsIn } from "../moments";
import { many } from "./many";

const listed = (parts: string[]): string => new Intl.ListFormat("en").format(parts);

const written = momentsIn("en-GB");
const when = (moment: string): string => written("hour", moment);

export const morning = {
  morning: {
    nav: "Morning",
    title: (isNewest: boolean): string => (isNewest ? "The last run" : "An earlier run"),
    run: "Run",
    runOf: (moment: string, takes: number) => `${when(moment)} · ${many(takes, "take", "takes")}`,
    cameOut: (n: number, time: string | null) =>
      `${many(n, "take", "takes")} came out${time ? ` in ${time} of rendering` : ""}`,
    by: (makers: string[]) => `by ${listed(makers)}`,
    maker: (name: string, n: number) => `${name} (${n})`,
    reused: (n: number) => `${many(n, "take was", "takes were")} there already and needed no rendering.`,
    sentence: (parts: string[]) => `${parts.join(", ")}.`,
    nothingYet: "Nothing has come out yet.",
    going: (percent: number, left: string | null) =>
      `${percent} % rendered${left ? `, about ${left} to go` : ""}`,
    paused: "Rendering is paused.",
    progress: "How much of the run is rendered",
    failed: (n: number) => `${n} failed`,
    waits: (n: number) => `${n} to choose`,
    chosen: "All is chosen",
    sheet: "Contact sheet",
    shot: (n: number) => `Shot ${n}`,
    take: (n: number) => `Take ${n}`,
    tile: (scene: number, shot: number, take: number) => `Scene ${scene}, shot ${shot}, take ${take}`,
    inScene: (scene: number, shot: number) => `Scene ${scene}, shot ${shot}`,
    episode: (n: number, scene: string) => `Episode ${n} · ${scene}`,
    failuresTitle: "What failed",
    choicesTitle: "Waits for a choice",
    choicesText: "Shots with takes to look at, and none of them approved.",
    choiceOf: (n: number, stage: string | null, hasOlder: boolean) =>
      [many(n, "take", "takes"), ...(stage ? [stage] : []), ...(hasOlder ? ["an older one is approved"] : [])].join(" · "),
    nothingWaits: "Every shot that came out has its take.",
    node: (id: string) => `At node ${id}`,
    on: (engines: string[]) => `on ${listed(engines)}`,
    engine: (id: number) => `engine ${id}`,
    moreReasons: (n: number) => `and ${n} more like that`,
    again: (n: number) => (n === 1 ? "Render this again" : `Render these ${n} again`),
    allAgain: (n: number) => `Render all ${n} again`,
    queued: (n: number) => `${many(n, "take", "takes")} queued again.`,
    another: "Render another",
    emptyTitle: "No run yet",
    empty: "Render what is missing in the evening; in the morning, all of it is here to choose from.",
    toBoard: "Go to the board",
    noPicture: "Nothing of this run is in the story any more.",
    keys: {
      walk: "Walk over the takes",
      approve: "Approve the take, or take that back",
      reject: "Reject the take",
      again: "Render it again, or another",
      next: "The next that waits for a choice",
      open: "Open its scene at this take",
    },
  },
};
