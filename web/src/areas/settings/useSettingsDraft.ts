// The changed settings of a project, kept until they are saved or taken back.
import { computed, ref, type Ref } from "vue";
import type { Project } from "../../api/client";
import { draftOf, keepDraft } from "../../lib/drafts";
import { picked, whole, type Field, type Settings } from "../../lib/projectSettings";
import { afterSaving, asDraft, changed, fromDraft, NONE, overtaken, rebased, unsaved, without, type SettingsDraft } from "./settingsDraft";
import type { SettingsEdit } from "../../queries/writing";

export function useSettingsDraft(project: Readonly<Ref<Project>>, send: (edit: SettingsEdit) => Promise<Project>) {
  const key = `project:${project.value.id}:settings`;
  const draft = ref<SettingsDraft>(fromDraft(draftOf(key)));
  const isSaving = ref(false);
  const saved = computed(() => whole(project.value.settings));
  const settings = computed<Settings>(() => ({ ...saved.value, ...draft.value.mine }));
  const isChanged = computed(() => unsaved(draft.value, saved.value).length > 0);
  const theirs = computed(() => (isSaving.value ? [] : overtaken(draft.value, saved.value)));

  function become(next: SettingsDraft): void {
    draft.value = next;
    keepDraft(key, asDraft(next));
  }
  const set = (fields: Partial<Settings>): void => become(changed(draft.value, fields, saved.value));
  const discard = (): void => become(NONE);
  const takeTheirs = (field: Field): void => become(without(draft.value, field));
  const stayWithMine = (field: Field): void => become(rebased(draft.value, field, saved.value));

  /** Saves what is changed; the edit that takes it back, or null where nothing was saved. */
  async function save(): Promise<SettingsEdit | null> {
    if (!isChanged.value || isSaving.value || theirs.value.length > 0) {
      return null;
    }
    const fields = unsaved(draft.value, saved.value);
    const [change, base] = [picked(draft.value.mine, fields), picked(draft.value.base, fields)];
    isSaving.value = true;
    try {
      const written = await send({ project: project.value, change, base });
      become(afterSaving(draft.value, change));
      return { project: written, change: base, base: change };
    } catch {
      return null; // It was told already; what was written stays.
    } finally {
      isSaving.value = false;
    }
  }

  return { settings, saved, isChanged, isSaving, theirs, set, discard, takeTheirs, stayWithMine, save };
}
