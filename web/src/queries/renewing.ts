// Asking anew for what is old.
import type { QueryClient, QueryFilters } from "@tanstack/vue-query";
import type { Key } from "./keys";

/**
 * Answers under this name are old: those that are looked at are asked for anew.
 *
 * A first answer that is on its way was asked for before, and may be old when it comes. TanStack
 * lets it stand as the newest, whatever was said meanwhile; so it is waited for.
 */
export function renew(client: QueryClient, queryKey: Key, which: QueryFilters<Key> = {}): void {
  const old = { ...which, queryKey };
  const first = client.getQueryCache().findAll({
    ...old,
    fetchStatus: "fetching",
    predicate: ({ state }) => state.data === undefined,
  });
  void client.invalidateQueries(old);
  for (const query of first) {
    const again = () => client.invalidateQueries({ queryKey: query.queryKey, exact: true });
    void query.promise?.then(again, again);
  }
}

/** Something was put into the answers under this name: what was asked for before does not have it. */
export const renewAsked = (client: QueryClient, queryKey: Key): void =>
  renew(client, queryKey, { fetchStatus: "fetching" });
