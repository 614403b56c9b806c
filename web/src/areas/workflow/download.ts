/** Gives somebody a file that was made here. */
export function download(name: string, content: unknown): void {
  const blob = new Blob([JSON.stringify(content, null, 2)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has begun to read it by the next turn; then it needs no name any more.
  window.setTimeout(() => URL.revokeObjectURL(link.href));
}

/** A name without its ending, as a title: `nana_keyframe.v2.json` is nana_keyframe.v2. */
export const stem = (name: string): string => name.replace(/\.[^.]+$/, "").trim() || name;
