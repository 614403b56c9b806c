// The language: the browser's, until somebody chooses another.
import { speak } from "../messages";
import { isLanguage, languageFor, type Language } from "../messages/languages";
import { forget, keep, kept } from "./kept";

const KEY = "language";

/** The one that somebody chose here; null: it is the browser's. */
export function chosenLanguage(): Language | null {
  const chosen = kept(KEY);
  return chosen !== null && isLanguage(chosen) ? chosen : null;
}

export async function startLanguage(): Promise<void> {
  const language = chosenLanguage() ?? languageFor(navigator.languages);
  document.documentElement.lang = language;
  await speak(language, navigator.languages);
}

/** Chooses a language, or the browser's again; false where this browser keeps no choice. */
export function chooseLanguage(language: Language | null): boolean {
  if (language === null) {
    forget(KEY);
  } else if (!keep(KEY, language)) {
    return false;
  }
  // Components took their words when they were loaded. What is being written is kept as a draft.
  window.location.reload();
  return true;
}
