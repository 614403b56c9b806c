// What people do to the selected scenes of a board, each with a way back.
import { computed } from "vue";
import type { SceneCard } from "../../api/client";
import { say } from "../../lib/toasts";
import { words } from "../../messages";
import { useSeveral, type Candidate } from "../../queries/several";

interface Board {
  project: () => number;
  cards: () => SceneCard[];
  selected: () => ReadonlySet<number>;
}

const undo = (run: () => unknown) => ({ label: words.actions.undo, run: () => void run() });

export function useSelectedVerbs(board: Board) {
  const verbs = useSeveral();
  const chosen = computed(() => board.cards().filter((card) => board.selected().has(card.id)));
  const judging = computed(() => chosen.value.flatMap((card) => card.candidates));

  async function trash(): Promise<void> {
    const project = board.project();
    const gone = await verbs.trash(project, chosen.value);
    if (gone.length) {
      say(words.selection.trashed(gone.length), undo(() => verbs.restore(project, gone)));
    }
  }

  async function setStatus(status: string): Promise<void> {
    const project = board.project();
    const before = chosen.value.filter((card) => card.status !== status);
    const set = await verbs.change(project, before, () => ({ status }));
    if (set.length) {
      say(words.selection.statusSet(set.length, status), undo(() => takeBack(project, set)));
    }
  }

  /** Gives scenes their earlier statuses again, but not where somebody set another one since. */
  function takeBack(project: number, before: SceneCard[]): Promise<unknown> {
    const now = new Map(board.cards().map((card) => [card.id, card]));
    const earlier = new Map(before.map((card) => [card.id, card.status]));
    const there = before.flatMap((card) => now.get(card.id) ?? []);
    return verbs.change(project, there, (card) => ({ status: earlier.get(card.id) ?? card.status }));
  }

  async function approve(): Promise<void> {
    const project = board.project();
    const approved: Candidate[] = await verbs.approve(project, judging.value);
    if (approved.length) {
      say(words.selection.approved(approved.length), undo(() => withdraw(project, approved)));
    }
  }

  async function withdraw(project: number, approved: Candidate[]): Promise<void> {
    const back = await verbs.withdraw(project, approved);
    say(words.selection.withdrawn(back.length));
  }

  return { chosen, judging, trash, setStatus, approve };
}
