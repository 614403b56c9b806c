// Short sentences in a corner: what was done, with a way back, and what could not be.
import { ref } from "vue";
import { sentenceOf } from "../api/problems";

export interface Toast {
  id: number;
  kind: "done" | "failed";
  text: string;
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 6_000;
const AT_ONCE = 4;
let newest = 0;

export const toasts = ref<Toast[]>([]);

export function say(text: string, action?: Toast["action"]): void {
  show({ id: ++newest, kind: "done", text, action }, SHOWN_MS);
}

/** Tells of an error; it stays longer, for it has to be read. */
export function fail(error: unknown): void {
  show({ id: ++newest, kind: "failed", text: sentenceOf(error) }, 2 * SHOWN_MS);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

function show(toast: Toast, ms: number): void {
  const others = toasts.value.filter((other) => other.text !== toast.text);
  toasts.value = [...others, toast].slice(-AT_ONCE);
  window.setTimeout(() => dismiss(toast.id), ms);
}
