// Every text that people read. Another language is another file of the same shape.
import { en, type Messages } from "./en";

const LANGUAGES: Record<string, Messages> = { en };

/** The messages of the first language that there is, of those a reader prefers. */
export function messagesFor(preferred: readonly string[]): Messages {
  for (const tag of preferred) {
    const found = LANGUAGES[tag] ?? LANGUAGES[tag.split("-")[0] ?? ""];
    if (found) {
      return found;
    }
  }
  return en;
}

export const words: Messages = messagesFor(globalThis.navigator?.languages ?? []);
