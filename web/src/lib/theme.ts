// Dark or light: what the system prefers, until somebody chooses.
import { ref } from "vue";
import { kept, keep } from "./kept";

export type Theme = "dark" | "light";

const KEY = "theme";
const preferred = (): Theme =>
  window.matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";

export const theme = ref<Theme>("dark");

export function startTheme(): void {
  const chosen = kept(KEY);
  show(chosen === "dark" || chosen === "light" ? chosen : preferred());
}

export function switchTheme(): void {
  show(theme.value === "dark" ? "light" : "dark");
  keep(KEY, theme.value);
}

function show(chosen: Theme): void {
  theme.value = chosen;
  document.documentElement.dataset.theme = chosen;
}
