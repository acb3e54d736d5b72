import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import type { Stored } from "../kernel/stored.ts";
import type { Thread, Threads } from "./thread.ts";

/**
 * Changes a thread, whatever others do to it at the same time; one that is not there yet begins as `fresh`.
 * @param read - the thread as it was just read; nothing when it was not there.
 * @param change - returns the same object when nothing is to change; may be called several times.
 * @throws TransientError when the store is unavailable, or others change it all the time.
 */
export const changeThread = async (
  threads: Threads,
  read: Stored<Thread> | undefined,
  fresh: Thread,
  change: (thread: Thread) => Thread,
): Promise<Thread> => {
  let stored = read;
  return retryOnConflict({ what: `thread ${fresh.id}` }, async () => {
    const before = stored?.value ?? fresh;
    const after = change(before);
    if (stored && after === before) return after;
    const written = stored ? await threads.replace(stored, after) : await threads.create(after);
    if (typeof written !== "string") return after;
    stored = await threads.find(fresh.id);
    return RETRY;
  });
};
