import fc from "fast-check";
import type { Hooks } from "./hooks.ts";

/**
 * Does things at the same time, in worlds of their own, in many different orders of their single reads and writes.
 * @param acts - what is done at the same time; one that fails stops no other.
 * @param check - looks at the world when all is done.
 */
export const inAnyOrder = async <W extends { readonly hooks: Hooks }>(
  makeWorld: () => Promise<W>,
  acts: readonly ((world: W) => Promise<unknown>)[],
  check: (world: W) => void | Promise<void>,
): Promise<void> => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const world = await makeWorld();
      world.hooks.before = (operation) => scheduler.schedule(Promise.resolve(), operation);
      await scheduler.waitFor(Promise.allSettled(acts.map((act) => act(world))));
      world.hooks.before = undefined;
      await check(world);
    }),
    { numRuns: 100 },
  );
};
