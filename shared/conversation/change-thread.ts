import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import type { Stored } from "../kernel/stored.ts";
import type { Thread, Threads } from "./thread.ts";

export interface ThreadToChange {
  /** The thread as it was just read; `undefined` when it was not there. */
  readonly read: Stored<Thread> | undefined;
  /** The thread to create when there is none. */
  readonly fresh: Thread;
}

/**
 * Changes a thread under its etag, or creates it.
 * @param change - returns the same object when nothing changes. May be called several times.
 * @returns the thread after the change, with its new etag.
 * @throws TransientError when the store is unavailable, or concurrent changes do not cease.
 */
export const changeThread = (
  threads: Threads,
  { read, fresh }: ThreadToChange,
  change: (thread: Thread) => Thread,
): Promise<Stored<Thread>> => {
  let stored = read;
  return retryOnConflict({ what: `thread ${fresh.id}` }, async () => {
    const before = stored?.value ?? fresh;
    const after = change(before);
    if (stored && after === before) return stored;
    const written = stored ? await threads.replace(stored, after) : await threads.create(after);
    if (typeof written !== "string") return written;
    stored = await threads.find(fresh.id);
    return RETRY;
  });
};

/**
 * Changes a thread that exists.
 * @param read - the thread as it was just read.
 * @throws TransientError as `changeThread` does.
 */
export const changeStoredThread = (
  threads: Threads,
  read: Stored<Thread>,
  change: (thread: Thread) => Thread,
): Promise<Stored<Thread>> => changeThread(threads, { read, fresh: read.value }, change);
