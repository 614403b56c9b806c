import { ref, watch, type Ref } from "vue";
import { draftOf, keepDraft } from "./drafts";

/** A text that is kept while it is written: what was unsaved is there again after a reload. */
export function useDraft(of: string, saved: string): Ref<string> {
  const text = ref(draftOf(of)?.text ?? saved);
  watch(text, (now) => keepDraft(of, { text: now, base: saved }));
  return text;
}
