/** A number and its counter: Japanese knows no plural, and puts no space between them. */
export const many = (n: number, counter: string): string => `${n.toLocaleString("ja")}${counter}`;
