// The languages of the studio, and which of them a reader gets. Pure.

/** Each in its own words, as the menu of languages shows it. The keys are what `<html lang>` says. */
export const LANGUAGES = { en: "English", ja: "日本語", "zh-Hans": "简体中文" } as const;

export type Language = keyof typeof LANGUAGES;

export const isLanguage = (tag: string): tag is Language => tag in LANGUAGES;

/** The studio's language for a browser's tag, such as `zh-CN`; traditional Chinese is another. */
export function languageOf(tag: string): Language | undefined {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    return [`${language}-${script}`, language].find(isLanguage);
  } catch {
    return undefined; // some browsers tell tags that are none, such as `en-US@posix`
  }
}

/** What a reader gets who prefers these, the first the most; English where there is none of them. */
export const languageFor = (preferred: readonly string[]): Language =>
  preferred.map(languageOf).find((language) => language !== undefined) ?? "en";

/** How dates are written: as in the reader's own country, where they read its language. */
export const localeFor = (language: Language, preferred: readonly string[]): string =>
  preferred.find((tag) => languageOf(tag) === language) ?? language;
