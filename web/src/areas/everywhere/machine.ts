// What the machine calls its keys.
import { words } from "../../messages";

export const MOD = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? "") ? "⌘" : "Ctrl";

const NAMES: Record<string, string> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Mod: MOD,
};
const named = (part: string): string => (part === " " ? words.help.space : (NAMES[part] ?? part));

/** A shortcut's key as people know it: "Mod+a" is Ctrl A. */
export const shownKey = (key: string): string =>
  key
    .split(/(?<=[^+])\+/) // a plus that is the key itself stays
    .map((part) => (part.length === 1 && part !== " " ? part.toUpperCase() : named(part)))
    .join(" ");
