import fc from "fast-check";
import type { Hooks } from "./hooks.ts";

/**
 * Runs actions at the same time, in many orders of their reads and writes. Every order gets a new world.
 * @param acts - the actions; the others continue when one fails.
 * @param check - checks the world after all actions.
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
