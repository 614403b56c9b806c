// What is to be seen at the places of a graph: what they take, what is suggested, what is wrong. Pure.
import type { EngineCheck, Shapes } from "../../api/client";
import { byPlace, placeKey, takenIn, type Bound, type Taken } from "./bindings";

export interface Suggestion extends Taken {
  reason: string;
}

export interface Marks {
  taken: Map<string, Taken>;
  /** For places that take nothing yet. */
  suggested: Map<string, Suggestion>;
  /** Texts with a `{{name}}`, which is filled without a binding. */
  written: Map<string, string[]>;
  /** Places with a problem on some engine; that of a whole node has no input. */
  faulty: Set<string>;
}

export function marksOf(
  bound: Bound,
  suggested: Shapes["SuggestedBindings"] | undefined,
  checks: EngineCheck[] | undefined,
): Marks {
  const taken = byPlace(takenIn(bound));
  const reasons = new Map(suggested?.reasons.map((one) => [placeKey(one), one.text]));
  const likely = takenIn(suggested?.bindings ?? {})
    .filter((one) => !taken.has(placeKey(one)))
    .map((one): [string, Suggestion] => [placeKey(one), { ...one, reason: reasons.get(placeKey(one)) ?? "" }]);
  const written = new Map<string, string[]>();
  for (const { name, node, input } of suggested?.written ?? []) {
    const key = placeKey({ node, input });
    written.set(key, [...(written.get(key) ?? []), name]);
  }
  const problems = checks?.flatMap((check) => check.problems) ?? [];
  return { taken, suggested: new Map(likely), written, faulty: new Set(problems.map(placeKey)) };
}
