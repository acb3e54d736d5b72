import { TransientError } from "./errors.ts";

/** Returned by an attempt that lost to a concurrent change. */
export const RETRY: unique symbol = Symbol("retry");

/** Attempts after which the caller should retry later. */
const DEFAULT_ATTEMPTS = 20;

interface RetryOptions {
  /** What is changed, for the error's message: ids only. */
  readonly what: string;
  /** At least 1. */
  readonly attempts?: number;
}

/**
 * Runs an optimistic change until no concurrent change comes between its read and its write.
 *
 * @remarks At most 20 attempts by default, without a pause: each conflict means that another writer succeeded.
 * @param attempt - reads, decides and writes; returns `RETRY` when the write found a newer version.
 * @throws TransientError when every attempt met a conflict. Errors of `attempt` are thrown as they are.
 * @example
 * ```ts
 * const saved = await retryOnConflict({ what: `contact ${id}` }, async () => {
 *   const stored = await contacts.find(id);
 *   if (!stored) return "not-found";
 *   const written = await contacts.replace(stored, { ...stored.value, tags });
 *   return written === "stale" ? RETRY : written;
 * });
 * ```
 */
export const retryOnConflict = async <T>(
  { what, attempts = DEFAULT_ATTEMPTS }: RetryOptions,
  attempt: () => Promise<T | typeof RETRY>,
): Promise<T> => {
  for (let count = 0; count < attempts; count++) {
    const result = await attempt();
    if (result !== RETRY) return result;
  }
  throw new TransientError(`${what}: gave up after ${attempts} conflicts`);
};
