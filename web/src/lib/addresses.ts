// A branch in addresses: the main one is not named, so that the shortest address is the usual one.
import type { LocationQuery } from "vue-router";

export const MAIN = "main";

export const onBranch = (branch: string): { branch?: string } => (branch === MAIN ? {} : { branch });

export const branchOf = (query: LocationQuery): string =>
  typeof query.branch === "string" ? query.branch : MAIN;

// Of the views in the navigation, these show one branch.
const OF_BRANCH = new Set(["board", "story", "cut", "renders"]);

/** What is asked of a view so that it shows a branch, where it shows any. */
export const queryOf = (view: unknown, branch: string): { branch?: string } =>
  OF_BRANCH.has(String(view)) ? onBranch(branch) : {};

/**
 * The branch that is worked on, at a new address: views of a branch say it, others only where they
 * name one.
 */
export const nextBranch = (last: string, view: unknown, query: LocationQuery): string =>
  OF_BRANCH.has(String(view)) || query.branch ? branchOf(query) : last;
