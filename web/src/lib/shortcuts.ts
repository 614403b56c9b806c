// Keyboard shortcuts: each view says which it has; the help sheet and the palette list those that
// work now.
import { onScopeDispose, shallowRef } from "vue";

export interface Shortcut {
  /**
   * As `KeyboardEvent.key` has it, such as "j", "?" or "ArrowLeft"; with "Shift+" in front, and
   * before that "Alt+" and "Mod+", which is Ctrl or ⌘.
   */
  keys: string[];
  text: string;
  run: (event: KeyboardEvent) => void;
  /** It acts on what has the keyboard: nothing to choose from a list. */
  inPlace?: boolean;
  /** It works also while somebody types. */
  whileTyping?: boolean;
}

export interface ShortcutGroup {
  title: string;
  shortcuts: Shortcut[];
}

export const groups = shallowRef<ShortcutGroup[]>([]);

/** Offers shortcuts while the view that asks for them is there. */
export function useShortcuts(title: string, shortcuts: Shortcut[]): void {
  const group = { title, shortcuts };
  groups.value = [...groups.value, group];
  onScopeDispose(() => (groups.value = groups.value.filter((other) => other !== group)));
}

// What is open over a view has all keys, the one that closes it too: see parts/overlays.ts, and the
// palette.
const OVER = ".mask, .menu, .popover, dialog[open]";

export function listenForShortcuts(): void {
  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector(OVER)) {
      return;
    }
    const found = foundFor(pressed(event), groups.value);
    if (!found || (isTyping(event.target) && !found.whileTyping)) {
      return;
    }
    if (!isOwn(event.key, event.target)) {
      event.preventDefault();
      found.run(event);
    }
  });
}

/** The shortcut for a key: of the group that came last, which is the most particular. */
export function foundFor(key: string, offered: ShortcutGroup[]): Shortcut | undefined {
  return [...offered]
    .reverse()
    .flatMap((group) => group.shortcuts)
    .find((shortcut) => shortcut.keys.includes(key));
}

type Pressed = Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey">;

/** A key with its modifiers, as shortcuts name it. A letter's Shift is in the letter. */
export function pressed(event: Pressed): string {
  const { key } = event;
  const isNamed = key.length > 1;
  return [
    ...(event.ctrlKey || event.metaKey ? ["Mod"] : []),
    ...(event.altKey ? ["Alt"] : []),
    ...(event.shiftKey && isNamed ? ["Shift"] : []),
    isNamed ? key : key.toLowerCase(),
  ].join("+");
}

/** Whether all its keys do the same: what looks at the key, such as "[" and "]", does not. */
export const isOneThing = ({ keys, run }: Shortcut): boolean => keys.length === 1 || run.length === 0;

/** Does as if a shortcut's first key was pressed. */
export const runShortcut = (shortcut: Shortcut): void =>
  shortcut.run(new KeyboardEvent("keydown", { key: shortcut.keys[0]?.split("+").at(-1) }));

// Of all fields, nothing is typed into these; they are pressed, or drawn.
const PRESSED = 'input[type="checkbox"], input[type="file"]';
const DRAWN = 'input[type="range"]';

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches(`textarea, select, input:not(${PRESSED}, ${DRAWN})`));

const OWN: [string, string[]][] = [
  [`a, button, summary, ${PRESSED}`, [" ", "Enter"]],
  [DRAWN, ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"]],
];

/** Whether a control does something of its own by a key, such as a button by Enter. */
export const isOwn = (key: string, target: EventTarget | null): boolean =>
  target instanceof HTMLElement && OWN.some(([controls, keys]) => keys.includes(key) && target.matches(controls));
