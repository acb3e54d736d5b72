import type { Hooks } from "./hooks.ts";

interface Crash {
  hasHappened: boolean;
}

/**
 * Simulates a crash of the process after its n-th write from now on: the write gets no response, and no later operation
 * reads or writes until `restart`.
 */
const crashAtWrite = (hooks: Hooks, n: number): Crash => {
  const crash: Crash = { hasHappened: false };
  let writes = 0;
  hooks.before = () => {
    if (crash.hasHappened) throw new Error("the process has crashed");
  };
  hooks.afterWrite = () => {
    writes += 1;
    if (writes < n) return;
    crash.hasHappened = true;
    throw new Error(`the process crashes at write ${n}`);
  };
  return crash;
};

const restart = (hooks: Hooks): void => {
  hooks.before = undefined;
  hooks.afterWrite = undefined;
};

/**
 * Runs an action with a crash at its first write, at its second write, and so on. After a crash it runs the action once
 * more, as a redelivery does. Every crash gets a new world.
 * @param check - checks the world after both runs.
 * @returns the number of crashes, which is the number of writes.
 */
export const afterEveryCrash = async <W extends { readonly hooks: Hooks }>(
  makeWorld: () => Promise<W>,
  act: (world: W) => Promise<unknown>,
  check: (world: W) => void | Promise<void>,
): Promise<number> => {
  for (let n = 1; ; n++) {
    const world = await makeWorld();
    const crash = crashAtWrite(world.hooks, n);
    await act(world).catch(() => {});
    // Operations that ran beside the crashed write must end before the restart.
    await new Promise(setImmediate);
    restart(world.hooks);
    if (!crash.hasHappened) return n - 1;
    await act(world);
    await check(world);
  }
};
