// A workflow's graph in ComfyUI's API format, as it is drawn. Pure.
import type { Workflow } from "../../api/client";

/** The end of a link: a node, and which of its outputs. */
export interface Source {
  node: string;
  output: number;
}

export interface Entry {
  name: string;
  value: unknown;
  /** Where its value comes from; null where it has one of its own, which can be bound. */
  from: Source | null;
}

export interface GraphNode {
  id: string;
  title: string;
  kind: string;
  entries: Entry[];
}

export type Kind = "text" | "number" | "other";

export function nodesOf(graph: Workflow["graph"]): GraphNode[] {
  return Object.entries(graph).map(([id, node]) => {
    const { class_type, inputs, _meta } = node as ApiNode;
    const entries = Object.entries(inputs ?? {}).map(([name, value]) => ({ name, value, from: sourceIn(value) }));
    return { id, kind: class_type, title: _meta?.title?.trim() || class_type, entries };
  });
}

interface ApiNode {
  class_type: string;
  inputs?: Record<string, unknown>;
  _meta?: { title?: string };
}

/** A link is a list of a node's id and the number of its output, by the same rule as ComfyUI's. */
function sourceIn(value: unknown): Source | null {
  if (!Array.isArray(value) || value.length !== 2) {
    return null;
  }
  const [node, output] = value as unknown[];
  return typeof node === "string" && typeof output === "number" ? { node, output } : null;
}

export const kindOf = (value: unknown): Kind =>
  typeof value === "string" ? "text" : typeof value === "number" ? "number" : "other";

/** A value as a person reads it; a list that is no link comes wrapped. */
export function shown(value: unknown): string {
  if (typeof value === "string") {
    return value;
  }
  if (typeof value === "object" && value !== null && "__value__" in value) {
    return JSON.stringify(value.__value__);
  }
  return JSON.stringify(value);
}

export interface Output {
  output: number;
  /** The name of the first input that it feeds: the format itself has none for it. */
  name: string;
}

/** The outputs that something is linked to, of each node. */
export function outputsOf(nodes: GraphNode[]): Map<string, Output[]> {
  const found = new Map<string, Output[]>();
  for (const { entries } of nodes) {
    for (const { name, from } of entries) {
      if (from) {
        const of = found.get(from.node) ?? [];
        if (!of.some((one) => one.output === from.output)) {
          of.push({ output: from.output, name });
          of.sort((a, b) => a.output - b.output);
        }
        found.set(from.node, of);
      }
    }
  }
  return found;
}

/** A text long enough to have more than one line where a node is drawn. */
export const isLong = (entry: Entry): boolean =>
  !entry.from && typeof entry.value === "string" && (entry.value.length > 28 || entry.value.includes("\n"));

// The heights of what a node is drawn of, in pixels: WorkflowNode.vue has the same in its sheet.
export const NODE_WIDTH = 280;
const HEAD = 48;
const ROW = 26;
const LONG_ROW = 74;
const FOOT = 8;

export function heightOf(node: GraphNode, outputs: number): number {
  const links = node.entries.filter((entry) => entry.from).length;
  const values = node.entries.filter((entry) => !entry.from);
  const heights = values.map((entry) => (isLong(entry) ? LONG_ROW : ROW));
  return HEAD + Math.max(links, outputs) * ROW + heights.reduce((sum, height) => sum + height, 0) + FOOT;
}
