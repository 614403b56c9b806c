// Keyboard shortcuts: each view says which it has; the help sheet lists those that work now.
import { onScopeDispose, shallowRef } from "vue";

export interface Shortcut {
  /** As `KeyboardEvent.key` has it, such as "j", "?" or "ArrowLeft"; with "Shift+" or "Ctrl+" in front. */
  keys: string[];
  text: string;
  run: (event: KeyboardEvent) => void;
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

const MODAL = ".mask"; // see parts/overlays.ts

export function listenForShortcuts(): void {
  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey) {
      return;
    }
    if (isTyping(event.target) || document.querySelector(MODAL)) {
      return;
    }
    const found = foundFor(pressed(event), groups.value);
    if (found && !(isControl(event.target) && [" ", "Enter"].includes(event.key))) {
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

function pressed(event: KeyboardEvent): string {
  const { key } = event;
  const named = key.length > 1;
  const plain = event.shiftKey && named ? `Shift+${key}` : named ? key : key.toLowerCase();
  // The browser keeps its own keys, but for those that a view names.
  return event.ctrlKey || event.metaKey ? `Ctrl+${plain}` : plain;
}

// Of all fields, nothing is typed into these; they are pressed.
const PRESSED = ["checkbox", "file"];
const isPressed = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement && PRESSED.includes(target.type);

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    !isPressed(target) &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}

const isControl = (target: EventTarget | null): boolean =>
  isPressed(target) || (target instanceof HTMLElement && ["A", "BUTTON", "SUMMARY"].includes(target.tagName));
