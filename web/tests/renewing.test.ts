import { QueryClient, QueryObserver } from "@tanstack/vue-query";
import { describe, expect, test, vi } from "vitest";
import { renew, renewAsked } from "../src/queries/renewing";

const KEY = ["board", 1];

/** A service whose answers are its state when it was asked, and come when they are told to. */
class Studio {
  state = "old";
  asked = 0;
  readonly client = new QueryClient();
  private readonly waiting: (() => void)[] = [];

  ask = (): Promise<string> => {
    this.asked += 1;
    const answer = this.state;
    return new Promise((done) => this.waiting.push(() => done(answer)));
  };

  look(): void {
    new QueryObserver(this.client, { queryKey: KEY, queryFn: this.ask }).subscribe(() => undefined);
  }

  /** Answers whatever is asked, until this is seen and it was asked so often. */
  async answer(seen: string, asked: number): Promise<void> {
    await vi.waitFor(() => {
      this.waiting.splice(0).forEach((tell) => tell());
      expect([this.client.getQueryData(KEY), this.asked, this.client.isFetching()]).toEqual([seen, asked, 0]);
    });
  }
}

describe("what is old", () => {
  test("is asked for anew", async () => {
    const studio = new Studio();
    studio.look();
    await studio.answer("old", 1);
    studio.state = "new";
    renew(studio.client, ["board"]);
    await studio.answer("new", 2);
  });

  test("is asked for anew where its first answer is on its way", async () => {
    const studio = new Studio();
    studio.look();
    studio.state = "new";
    renew(studio.client, ["board"]);
    await studio.answer("new", 2);
  });

  test("is asked for once nobody looks at it only when somebody does", async () => {
    const studio = new Studio();
    void studio.client.prefetchQuery({ queryKey: KEY, queryFn: studio.ask });
    await studio.answer("old", 1);
    renew(studio.client, ["board"]);
    expect([studio.asked, studio.client.getQueryState(KEY)?.isInvalidated]).toEqual([1, true]);
  });
});

describe("what was put into an answer", () => {
  test("stays, though an older answer is on its way", async () => {
    const studio = new Studio();
    studio.look();
    await studio.answer("old", 1);
    renew(studio.client, KEY);
    studio.state = "new";
    studio.client.setQueryData(KEY, "new");
    renewAsked(studio.client, KEY);
    await studio.answer("new", 3);
  });

  test("asks for nothing where none is on its way", async () => {
    const studio = new Studio();
    studio.look();
    await studio.answer("old", 1);
    studio.client.setQueryData(KEY, "new");
    renewAsked(studio.client, KEY);
    await studio.answer("new", 1);
  });
});
