// Which inputs of a graph take what a shot has, as somebody changes that. Pure.
import type { Shapes, Workflow } from "../../api/client";
import { kindOf, type Entry, type GraphNode, type Kind } from "./graph";

export type Bound = Workflow["bindings"];
export type Rule = Shapes["Rule"];

export const OUTPUT = "output";
export const RULED: readonly string[] = ["width", "height", "frames", "fps"];

/** A place that can be bound: an input of a node; for an output, the node alone. */
export interface Place {
  node: string;
  input: string | null;
}

export interface Taken extends Place {
  name: string;
  rule: Rule | null;
}

export const placeKey = ({ node, input }: Place): string => JSON.stringify([node, input]);

export const takenIn = (bound: Bound): Taken[] =>
  Object.entries(bound).flatMap(([name, targets]) =>
    targets.map(({ node, input, rule }) => ({ name, node, input: input ?? null, rule: rule ?? null })),
  );

export const byPlace = (taken: Taken[]): Map<string, Taken> => new Map(taken.map((one) => [placeKey(one), one]));

function boundOf(taken: Taken[]): Bound {
  const bound: Bound = {};
  for (const { name, node, input, rule } of taken) {
    const target = { node, ...(input === null ? {} : { input }), ...(rule ? { rule } : {}) };
    (bound[name] ??= []).push(target);
  }
  return bound;
}

/** The bindings with one more; what the place took before, it takes no more. */
export const withBound = (bound: Bound, one: Taken): Bound => boundOf([...takenIn(without(bound, one)), one]);

export const without = (bound: Bound, place: Place): Bound =>
  boundOf(takenIn(bound).filter((taken) => placeKey(taken) !== placeKey(place)));

/** One text for the same bindings, in whatever order they were made. */
export function canonical(bound: Bound): string {
  const told = takenIn(bound).map(({ name, node, input, rule }) => {
    const { multiple = 1, plus = 0, least = null, most = null } = rule ?? {};
    return JSON.stringify([name, node, input, rule ? [multiple, plus, least, most] : null]);
  });
  return JSON.stringify(told.sort());
}

/** The bindings that another graph has the places for, and those that it has not. */
export function fitting(bound: Bound, nodes: GraphNode[]): { kept: Bound; lost: Taken[] } {
  const known = new Map(nodes.map((node) => [node.id, node]));
  const fits = ({ node, input }: Taken): boolean => {
    const entry = known.get(node)?.entries.find((one) => one.name === input);
    return input === null ? known.has(node) : entry !== undefined && entry.from === null;
  };
  const taken = takenIn(bound);
  return { kept: boundOf(taken.filter(fits)), lost: taken.filter((one) => !fits(one)) };
}

/** What may be bound, by the kind of value that it is. `n` stands for the number of a character. */
export const CHOICES = {
  words: ["prompt", "negative_prompt", "filename_prefix"],
  numbers: ["seed", "width", "height", "frames", "fps", "lora_strength:n"],
  pictures: ["first_frame", "last_frame", "character_image:n"],
  models: ["lora:n"],
} as const;

export type Group = keyof typeof CHOICES;

const GROUPS: Record<Kind, Group[]> = {
  text: ["words", "pictures", "models"],
  number: ["numbers"],
  other: [],
};
const PICTURE = /image|frame|picture/i;
const MODEL = /lora/i;

/** The groups that are likely for an input, the likeliest first; the others may be meant as well. */
export function likely(entry: Entry): Group[] {
  const groups = GROUPS[kindOf(entry.value)];
  const first: Group | undefined = PICTURE.test(entry.name) ? "pictures" : MODEL.test(entry.name) ? "models" : undefined;
  if (!first || !groups.includes(first)) {
    return groups;
  }
  return [first, ...groups.filter((group) => group !== first)];
}

/** The names in a group; of characters as many as are bound, and one more; two at the least. */
export function offered(group: Group, bound: Bound, stages: string[]): string[] {
  const names = CHOICES[group].flatMap((name) => (name.endsWith(":n") ? numbered(name.slice(0, -2), bound) : name));
  return group === "pictures" ? [...names, ...stages.map((stage) => `stage:${stage}`)] : names;
}

const MOST_CHARACTERS = 99;

function numbered(name: string, bound: Bound): string[] {
  const known = Object.keys(bound).flatMap((one) => {
    const { name: what, part } = partsOf(one);
    return what === name ? Number(part) : [];
  });
  const count = Math.min(MOST_CHARACTERS, Math.max(2, ...known.map((n) => n + 1)));
  return Array.from({ length: count }, (_, index) => `${name}:${index + 1}`);
}

/** `character_image:2` in its two parts; a name without a number has none. */
export function partsOf(name: string): { name: string; part: string | null } {
  const at = name.indexOf(":");
  return at < 0 ? { name, part: null } : { name: name.slice(0, at), part: name.slice(at + 1) };
}
