import type { Hooks } from "./hooks.ts";

/** What became of the process that was to die. */
interface Crash {
  happened: boolean;
}

/**
 * Lets the process die when it has made its n-th write from now on: whoever made it does not hear of it, and nothing
 * is read or written any more until `revive`.
 */
const crashAtWrite = (hooks: Hooks, n: number): Crash => {
  const crash: Crash = { happened: false };
  let writes = 0;
  hooks.before = () => {
    if (crash.happened) throw new Error("the process has died");
  };
  hooks.afterWrite = () => {
    writes += 1;
    if (writes < n) return;
    crash.happened = true;
    throw new Error(`the process dies at write ${n}`);
  };
  return crash;
};

const revive = (hooks: Hooks): void => {
  hooks.before = undefined;
  hooks.afterWrite = undefined;
};

/**
 * Does something again and again in a world of its own, dying at the first write, at the second, and so on, each time
 * followed by the same thing done anew, as a broker or Event Grid has it.
 * @param check - looks at the world after both.
 * @returns at how many writes it died.
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
    // What was under way beside the write that died must not go on in the life after.
    await new Promise(setImmediate);
    revive(world.hooks);
    if (!crash.happened) return n - 1;
    await act(world);
    await check(world);
  }
};
