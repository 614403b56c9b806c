// A branch's history, the newest first, and taking back what is in it.
import { useInfiniteQuery, useMutation, type InfiniteData, type QueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { api, told, type Shapes } from "../api/client";
import { fail, say } from "../lib/toasts";
import { words } from "../messages";
import { keys } from "./keys";
import { renewAsked } from "./renewing";

type Change = Shapes["Change"];
type Pages = InfiniteData<Change[], number | undefined>;

const PAGE = 60;

const backwards = (query: { project_id: number; branch_name: string; subject?: string; before?: number; limit: number }) =>
  told(api.GET("/api/anime/changes", { params: { query: { ...query, newest_first: true } } }));

export const useHistory = (project: MaybeRefOrGetter<number>, branch: MaybeRefOrGetter<string>) =>
  useInfiniteQuery({
    queryKey: computed(() => keys.history(toValue(project), toValue(branch))),
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam: before }) => {
      const query = { project_id: toValue(project), branch_name: toValue(branch), limit: PAGE };
      return backwards(before === undefined ? query : { ...query, before });
    },
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.id),
  });

/** A history with a change that just happened; the same where it has it. */
export function withNews(pages: Pages | undefined, change: Change): Pages | undefined {
  const [first, ...rest] = pages?.pages ?? [];
  if (!pages || !first || first.some((other) => other.id === change.id)) {
    return pages;
  }
  return { ...pages, pages: [[change, ...first], ...rest] };
}

/** Brings a change into the history of its branch; asks again where that is on its way. */
export function tell(client: QueryClient, change: Change): void {
  const queryKey = keys.history(change.project_id ?? 0, change.branch_name ?? "");
  client.setQueryData<Pages>(queryKey, (pages) => withNews(pages, change));
  renewAsked(client, queryKey);
}

const undone = (id: number) => {
  const params = { path: { change_id: id } };
  return told(api.POST("/api/anime/changes/{change_id}/undo", { params }));
};

/** Takes back a change; who watches says what was refused. */
export const useUndo = () =>
  useMutation({
    mutationFn: (id: number) => undone(id),
    onSuccess: (change) => sayWithUndo(words.history.undone, change.id),
  });

/** Says what was done, with the way back. */
export function sayWithUndo(text: string, change: number | undefined): void {
  const back = () => change && void undone(change).then(() => say(words.history.undone), fail);
  say(text, change ? { label: words.actions.undo, run: back } : undefined);
}

/** The newest change of a branch itself: what a merge or going back just wrote. */
export async function newestOf(project: number, branch: string): Promise<number | undefined> {
  const [change] = await backwards({ project_id: project, branch_name: branch, subject: "branch", limit: 1 });
  return change?.id;
}
