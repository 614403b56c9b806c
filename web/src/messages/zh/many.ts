/** A number with its measure word and noun: Chinese knows no plural. */
export const many = (n: number, what: string): string => `${n.toLocaleString("zh-Hans")} ${what}`;
