// Edits of single fields, taken back one by one and made again: each is written as any other edit,
// over the state that it left. What somebody else wrote since is never replaced.
import { watch } from "vue";
import { say } from "../lib/toasts";
import { words } from "../messages";
import { isRefusal, Overtaken, valuesOf } from "./writing";

export interface Edit<Row extends object, Change extends object> {
  /** What is edited, for a person: a scene, a shot. */
  name: string;
  row: Row;
  change: Change;
  put: (known: Row, change: Change) => Promise<Row>;
}

/** Writes an edit, and notes the way back. */
export type Write = <Row extends object, Change extends object>(edit: Edit<Row, Change>) => Promise<Row>;

interface Step {
  name: string;
  /** Takes it back where it is made, and makes it where it is taken back. */
  turn: () => Promise<void>;
}

/** The edits of a view, as long as it shows the same: what one does not see is not taken back. */
export function useTakingBack(shown: () => unknown) {
  let past: Step[] = [];
  let future: Step[] = [];
  let turning: Promise<unknown> = Promise.resolve(); // each builds on the one before

  const noted: Write = async (edit) => {
    const at = shown();
    const saved = await edit.put(edit.row, edit.change);
    if (at === shown()) {
      past.push(stepOf({ ...edit, row: saved, change: valuesOf(edit.row, edit.change) }));
      future = [];
    }
    return saved;
  };
  const write: Write = (edit) => {
    const written = noted(edit);
    turning = Promise.allSettled([turning, written]); // what is taken back is what was written last
    return written;
  };

  async function turn(from: Step[], to: Step[], told: (name: string) => void): Promise<void> {
    const step = from.pop();
    try {
      await step?.turn();
    } catch (error) {
      // It was told already. What is refused for good is not asked for again.
      if (step && !isRefusal(error) && !(error instanceof Overtaken)) {
        from.push(step);
      }
      return;
    }
    if (step) {
      to.push(step);
      told(step.name);
    }
  }
  function undo(): void {
    const told = (name: string): void =>
      say(words.takingBack.undone(name), { label: words.takingBack.redo, run: redo });
    turning = turning.then(() => turn(past, future, told));
  }
  function redo(): void {
    const told = (name: string): void =>
      say(words.takingBack.redone(name), { label: words.actions.undo, run: undo });
    turning = turning.then(() => turn(future, past, told));
  }

  watch(shown, () => {
    past = [];
    future = [];
  });

  const shortcut = {
    keys: ["z", "Mod+z"],
    text: words.takingBack.key,
    run: (event: KeyboardEvent): void => (event.shiftKey ? redo() : undo()),
  };
  return { write, undo, redo, shortcut };
}

function stepOf<Row extends object, Change extends object>({ name, row, change, put }: Edit<Row, Change>): Step {
  let [known, next] = [row, change];
  const turn = async (): Promise<void> => {
    const before = valuesOf(known, next);
    known = await put(known, next);
    next = before;
  };
  return { name, turn };
}
