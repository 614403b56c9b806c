// Every text that people read, in the language that was chosen before anything else was loaded.
import type { Messages } from "./en";
import { localeFor, type Language } from "./languages";

export type { Messages } from "./en";

// A language is a chunk of its own, loaded where it is read. Of each, TypeScript asks for every
// message of English, with the same shape: what is new there is missing in `ja/` and `zh/` until it
// stands in their files of the same name.
const LOADERS: Record<Language, () => Promise<Messages>> = {
  en: async () => (await import("./en")).en,
  ja: async () => (await import("./ja")).ja,
  "zh-Hans": async () => (await import("./zh")).zh,
};

/** The messages. They are there once `speak` is done: components are loaded after that. */
export let words: Messages;

/** What `Intl` is to write dates, numbers and lists in. */
export let locale: string = "en";

/** Loads a language. Once a page is shown it stays in that language: another needs a reload. */
export async function speak(language: Language, preferred: readonly string[] = []): Promise<void> {
  words = await LOADERS[language]();
  locale = localeFor(language, preferred);
}
