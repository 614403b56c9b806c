import { onScopeDispose, readonly, ref, type Ref } from "vue";

/** Takes files that are dropped anywhere on the page; whether some are held over it now. */
export function useFileDrop(take: (files: File[]) => void): Readonly<Ref<boolean>> {
  const isOver = ref(false);
  const listening = new AbortController();
  const on = (name: "dragenter" | "dragover" | "dragleave" | "drop", run: (event: DragEvent) => void): void =>
    window.addEventListener(
      name,
      (event) => {
        if (event.dataTransfer?.types.includes("Files")) {
          event.preventDefault(); // else the browser leaves the page for the file
          run(event);
        }
      },
      { signal: listening.signal },
    );

  on("dragenter", () => (isOver.value = true));
  on("dragover", () => (isOver.value = true));
  on("dragleave", (event) => {
    // Only what leaves the window goes to nothing.
    if (event.relatedTarget === null) {
      isOver.value = false;
    }
  });
  on("drop", (event) => {
    isOver.value = false;
    take([...(event.dataTransfer?.files ?? [])]);
  });
  onScopeDispose(() => listening.abort());
  return readonly(isOver);
}
