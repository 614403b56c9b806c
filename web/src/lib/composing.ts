// Japanese, Chinese and Korean are written with an input method: its Enter takes a word, its Escape
// drops one, its letters are no letters yet. Until then keys are its own, and nothing here may act.

// What Safari says of the key that ends a composition, when that is over already.
const OF_INPUT_METHOD = 229;

export const isComposing = (event: Pick<KeyboardEvent, "isComposing" | "keyCode">): boolean =>
  event.isComposing || event.keyCode === OF_INPUT_METHOD;

/** Keeps the keys of input methods from all that listens, here or in a library. */
export function leaveKeysToInputMethods(window: EventTarget): void {
  for (const name of ["keydown", "keyup"]) {
    window.addEventListener(
      name,
      (event) => {
        if (isComposing(event as KeyboardEvent)) {
          event.stopImmediatePropagation();
        }
      },
      { capture: true }, // before anything else hears of it
    );
  }
}
