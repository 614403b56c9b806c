// How what went into one take differs from what went into another. Pure.
import type { Shapes } from "../../api/client";

type Provenance = Pick<Shapes["Provenance"], "plan" | "seed">;

/** One value that is not the same: where in its part it stands, and both sides; null is not there. */
export interface Leaf {
  path: string;
  sides: [string | null, string | null];
}

export interface Difference {
  part: string;
  leaves: Leaf[];
}

export interface Comparison {
  differing: Difference[];
  same: string[];
}

type Parts = Record<string, unknown>;

const isRecord = (value: unknown): value is Parts =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The parts of both plans, told apart; null where one of the takes was never planned. */
export function comparePlans(one: Provenance, other: Provenance): Comparison | null {
  if (!one.plan || !other.plan) {
    return null;
  }
  const [left, right] = [partsOf(one), partsOf(other)];
  const labels = [labelsOf(one.plan), labelsOf(other.plan)] as const;
  const comparison: Comparison = { differing: [], same: [] };
  for (const part of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()) {
    const leaves = leavesOf(left[part], right[part], "");
    if (leaves.length) {
      comparison.differing.push({ part, leaves: [...labelled(labels, part), ...leaves] });
    } else {
      comparison.same.push(part);
    }
  }
  return comparison;
}

const partsOf = ({ plan, seed }: Provenance): Parts => ({
  ...(isRecord(plan?.parts) ? plan.parts : {}),
  ...(seed === null ? {} : { seed: String(seed) }),
});

const labelsOf = (plan: Parts): Parts => (isRecord(plan.labels) ? plan.labels : {});

/** Which version a part came from, where that is another one. */
function labelled([one, other]: readonly [Parts, Parts], part: string): Leaf[] {
  const sides: Leaf["sides"] = [text(one[part]), text(other[part])];
  return sides[0] === sides[1] ? [] : [{ path: "", sides }];
}

/** The values that differ, each by its path; lists are values of their own. */
function leavesOf(one: unknown, other: unknown, path: string): Leaf[] {
  if (isRecord(one) && isRecord(other)) {
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) =>
      leavesOf(one[name], other[name], path ? `${path}.${name}` : name),
    );
  }
  const sides: Leaf["sides"] = [text(one), text(other)];
  return sides[0] === sides[1] ? [] : [{ path, sides }];
}

function text(value: unknown): string | null {
  if (value === undefined || value === null || value === "") {
    return null;
  }
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) {
    return value.join(", ") || null;
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
