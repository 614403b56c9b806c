/** The names in a list that somebody typed, each once. Japanese and Chinese commas count too. */
export const namesIn = (typed: string): string[] => [
  ...new Set(
    typed
      .split(/[,、，\n]/)
      .map((name) => name.trim())
      .filter(Boolean),
  ),
];
