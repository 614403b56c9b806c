// What is shown of a shot while a change of it is on its way.
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { beforeEach, expect, test, vi } from "vitest";
import { createApp, effectScope } from "vue";
import type { Shot } from "../src/api/client";
import { keys } from "../src/queries/keys";
import { held } from "./make";

const BEFORE = { id: 7, scene_id: 3, camera: "Still", duration: 4 } as Shot;

beforeEach(() => vi.stubGlobal("window", globalThis));

test("only what is changed of it is shown, also where it was known as it was long ago", async () => {
  const { promise: isAway, resolve } = held();
  vi.stubGlobal("fetch", () => isAway.then(() => Promise.reject(new TypeError("away"))));
  const { useShotVerbs } = await import("../src/queries/story");
  const queryClient = new QueryClient();
  const app = createApp({}).use(VueQueryPlugin, { queryClient });
  const scope = effectScope();
  const { update } = scope.run(() => app.runWithContext(() => useShotVerbs(3))) ?? expect.fail();
  const shown = (): Shot | undefined => queryClient.getQueryData<Shot[]>(keys.shots(3))?.[0];
  queryClient.setQueryData(keys.shots(3), [{ ...BEFORE, duration: 8 }]);

  const written = update.mutateAsync({ shot: BEFORE, change: { camera: "Low angle" } }).catch(() => null);
  await vi.waitUntil(() => shown()?.camera === "Low angle");
  expect(shown()?.duration).toBe(8);
  resolve();
  expect(await written).toBeNull();
  expect(shown()).toEqual({ ...BEFORE, duration: 8 });
  scope.stop();
});
