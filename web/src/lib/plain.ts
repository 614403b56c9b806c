/**
 * A text as it is searched: without capitals and accents, and without the wide letters and digits of
 * Japanese and Chinese keyboards. Pure.
 */
export const plain = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
