import { expect, test } from "vitest";
import { branchOf, nextBranch, onBranch, queryOf } from "../src/lib/addresses";

test("an address names each branch but the main one", () => {
  expect(onBranch("main")).toEqual({});
  expect(onBranch("night")).toEqual({ branch: "night" });
  for (const branch of ["main", "night"]) {
    expect(branchOf(onBranch(branch))).toBe(branch);
  }
  expect(branchOf({ branch: ["a", "b"] })).toBe("main");
});

test("a branch goes on from view to view, over those that have none", () => {
  const walk: [string, { branch?: string }, string][] = [
    ["board", { branch: "night" }, "night"],
    ["scene", {}, "night"],
    ["characters", {}, "night"],
    ["cut", { branch: "night" }, "night"],
    ["board", {}, "main"],
    ["scene", { branch: "rain" }, "rain"],
  ];
  let branch = "main";
  for (const [view, query, expected] of walk) {
    branch = nextBranch(branch, view, query);
    expect(branch, view).toBe(expected);
  }
  expect(queryOf("cut", branch)).toEqual({ branch: "rain" });
  expect(queryOf("workflows", branch)).toEqual({});
});
