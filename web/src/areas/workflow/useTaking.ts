// Files that are taken one after the other, and what was said of those that were not.
import { readonly, ref } from "vue";
import { sentenceOf } from "../../api/problems";
import { useFileDrop } from "./useFileDrop";

export interface Refusal {
  name: string;
  text: string;
}

/** Takes files that are given to `takeAll`, or dropped on the page; `done` comes after the last. */
export function useTaking<T>(take: (file: File) => Promise<T>, done: (taken: T[]) => void) {
  const reading = ref<string | null>(null);
  const refusals = ref<Refusal[]>([]);

  async function takeAll(files: File[]): Promise<void> {
    if (reading.value !== null || !files.length) {
      return;
    }
    refusals.value = [];
    const taken: T[] = [];
    for (const file of files) {
      reading.value = file.name;
      try {
        taken.push(await take(file));
      } catch (error) {
        refusals.value.push({ name: file.name, text: sentenceOf(error) });
      }
    }
    reading.value = null;
    if (taken.length) {
      done(taken);
    }
  }

  const isOver = useFileDrop((files) => void takeAll(files));
  return { reading: readonly(reading), refusals, takeAll, isOver };
}
