import { describe, expect, test } from "vitest";
import { Problem } from "../src/api/problems";
import { isRefusal, Overtaken, writeOver } from "../src/queries/writing";

interface Row {
  revision: number;
  name: string;
  text: string;
}

/** A row of a service that heeds If-Match, and others who write it. */
function service(row: Row) {
  let now = row;
  const write = (change: Partial<Row>): Row => (now = { ...now, ...change, revision: now.revision + 1 });
  const tag = (): string => `"${now.revision}"`;
  const way = {
    put: (header: { "If-Match": string }, change: Partial<Row>) =>
      header["If-Match"] === tag() ? Promise.resolve(write(change)) : Promise.reject(new Problem(412, "It changed.")),
    get: () => Promise.resolve({ row: now, tag: tag() }),
  };
  return { way, write };
}

const ROW = { revision: 1, name: "A", text: "Night" };
const known = { tag: '"1"', fields: ROW };

describe("a change", () => {
  test("goes through over others' changes of something else", async () => {
    const { way, write } = service(ROW);
    write({ name: "B" });
    expect(await writeOver(known, { text: "Dawn" }, way)).toEqual({ revision: 3, name: "B", text: "Dawn" });
  });

  test("replaces nothing that others wrote of the same", async () => {
    const { way, write } = service(ROW);
    const theirs = write({ text: "Noon" });
    const refused = await writeOver(known, { text: "Dawn" }, way).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Overtaken);
    expect((refused as Overtaken<Row>).theirs).toEqual(theirs);
    expect((await way.get()).row.text).toBe("Noon");
  });

  test("that others made too is made", async () => {
    const { way, write } = service(ROW);
    const theirs = write({ text: "Dawn" });
    expect(await writeOver(known, { text: "Dawn" }, way)).toEqual(theirs);
  });

  test("of a row without a known tag looks first", async () => {
    const { way, write } = service(ROW);
    expect((await writeOver({ ...known, tag: null }, { text: "Dawn" }, way)).text).toBe("Dawn");
    write({ text: "Noon" });
    await expect(writeOver({ ...known, tag: null }, { text: "Dusk" }, way)).rejects.toBeInstanceOf(Overtaken);
  });
});

test("only what the service has looked at is refused", () => {
  expect([404, 409, 422].map((status) => isRefusal(new Problem(status, "")))).toEqual([true, true, true]);
  expect([0, 429, 503].map((status) => isRefusal(new Problem(status, "")))).toEqual([false, false, false]);
});
