// The keys of the cut: a hand on the keyboard edits without a mouse.
import type { Ref } from "vue";
import { useShortcuts } from "../../lib/shortcuts";
import { words } from "../../messages";
import type CutItem from "./CutItem.vue";
import type CutScreen from "./CutScreen.vue";
import type CutTimeline from "./CutTimeline.vue";
import type { useCutting } from "./useCutting";

interface Desk {
  screen: Ref<InstanceType<typeof CutScreen> | null>;
  timeline: Ref<InstanceType<typeof CutTimeline> | null>;
  inspector: Ref<InstanceType<typeof CutItem> | null>;
  frame: Ref<number>;
  chosen: Ref<number>;
  cutting: ReturnType<typeof useCutting>;
  goTo: (index: number) => void;
  move: (from: number, to: number) => void;
  trimHere: (edge: "start" | "end") => void;
  nudge: (frames: number) => void;
  split: () => void;
  takeOut: () => void;
}

export function useCutKeys(desk: Desk): void {
  const { screen, timeline, frame, chosen, cutting } = desk;
  const told = words.cutKeys;
  const sign = (event: KeyboardEvent, back: string): -1 | 1 => (event.key === back ? -1 : 1);
  const zoom = (event: KeyboardEvent): void => {
    if (event.key === "0") {
      timeline.value?.showAll();
    } else {
      timeline.value?.zoom(event.key === "-" ? -1 : 1, frame.value);
    }
  };
  const move = (event: KeyboardEvent): void => desk.move(chosen.value, chosen.value + sign(event, "ArrowLeft"));
  useShortcuts(words.cut.title, [
    { keys: [" "], text: told.play, run: () => screen.value?.toggle() },
    { keys: ["j", "k", "l"], text: told.shuttle, run: (event) => screen.value?.shuttle(event.key.toLowerCase() as "j") },
    { keys: ["ArrowLeft", "ArrowRight"], text: told.step, run: (event) => screen.value?.step(sign(event, "ArrowLeft")) },
    { keys: ["Home", "End"], text: told.ends, run: (event) => screen.value?.seek(event.key === "Home" ? 0 : Infinity) },
    { keys: ["ArrowUp", "ArrowDown"], text: told.choose, run: (event) => desk.goTo(chosen.value + sign(event, "ArrowUp")) },
    { keys: ["Shift+ArrowLeft", "Shift+ArrowRight"], text: told.move, run: move },
    { keys: ["[", "]"], text: told.trim, run: (event) => desk.trimHere(event.key === "[" ? "start" : "end") },
    { keys: [",", "."], text: told.nudge, run: (event) => desk.nudge(sign(event, ",")) },
    { keys: ["s"], text: told.split, run: desk.split },
    { keys: ["Delete", "Backspace"], text: told.out, run: desk.takeOut },
    { keys: ["e"], text: told.fields, run: () => desk.inspector.value?.focus() },
    { keys: ["z", "Mod+z"], text: told.undo, run: (event) => (event.shiftKey ? cutting.redo() : cutting.undo()) },
    { keys: ["+", "=", "-", "0"], text: told.zoom, run: zoom },
    { keys: ["o"], text: told.loop, run: () => screen.value?.loop() },
    { keys: ["m"], text: told.film, run: () => void cutting.assemble() },
  ]);
}
