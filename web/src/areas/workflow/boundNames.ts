// What can be bound, in words. Pure.
import { partsOf } from "./bindings";
import type { Rule } from "./bindings";
import { words } from "../../messages";

export function nameInWords(name: string): string {
  const { name: what, part } = partsOf(name);
  return (part === null ? words.workflow.names[what] : words.workflow.numbered[what]?.(part)) ?? name;
}

export function ruleInWords(rule: Rule): string {
  const { multiple = 1, plus = 0, least = null, most = null } = rule;
  return words.workflow.ruleTold(multiple, plus, least, most);
}
