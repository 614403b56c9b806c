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

const MODAL = ".mask, dialog[open]"; // see parts/overlays.ts, and the palette

export function listenForShortcuts(): void {
  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector(MODAL)) {
      return;
    }
    const found = foundFor(pressed(event), groups.value);
    if (!found || (isTyping(event.target) && !found.whileTyping)) {
      return;
    }
    if (!(isControl(event.target) && [" ", "Enter"].includes(event.key))) {
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

/** Does as if a shortcut's first key was pressed. */
export const runShortcut = (shortcut: Shortcut): void =>
  shortcut.run(new KeyboardEvent("keydown", { key: shortcut.keys[0]?.split("+").at(-1) }));

// Of all fields, nothing is typed into these; they are pressed.
const PRESSED = 'input[type="checkbox"], input[type="file"]';

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches(`textarea, select, input:not(${PRESSED})`));

const isControl = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches(`a, button, summary, ${PRESSED}`);
