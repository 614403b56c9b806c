// One thing done to many: a few at a time, and what fails stops none of the others.

const AT_ONCE = 6; // connections that a browser opens to a host

export interface Outcome<T> {
  done: T[];
  failed: { thing: T; error: unknown }[];
}

export async function several<T>(
  things: readonly T[],
  act: (thing: T) => Promise<unknown>,
  atOnce = AT_ONCE,
): Promise<Outcome<T>> {
  const outcome: Outcome<T> = { done: [], failed: [] };
  const waiting = things.values(); // shared: each worker takes the next
  const work = async (): Promise<void> => {
    for (const thing of waiting) {
      try {
        await act(thing);
        outcome.done.push(thing);
      } catch (error) {
        outcome.failed.push({ thing, error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, things.length) }, work));
  return outcome;
}
