import { setTimeout as sleep } from "node:timers/promises";

/** How often an action is attempted, and the delay between two attempts. */
export interface RetryOptions {
  readonly attempts: number;
  readonly delayMs: number;
  /** Why it may fail at first. */
  readonly hint?: string;
}

/** A new role assignment or function takes minutes to become effective everywhere. */
export const ROLE_RETRIES: RetryOptions = {
  attempts: 6,
  delayMs: 30_000,
  hint: "In a new environment, roles and functions take minutes to become effective.",
};

/**
 * Runs an action, and retries it when it fails.
 * @param name - what the message about a failure calls the action.
 * @throws the error of the last attempt.
 */
export const retry = async <T>(
  name: string,
  action: () => Promise<T>,
  { attempts, delayMs, hint = "" }: RetryOptions,
): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt >= attempts) throw error;
      console.log(`${name} failed. ${hint}`.trim());
      console.log(`Retry ${attempt} of ${attempts - 1} in ${delayMs / 1000} seconds.`);
      await sleep(delayMs);
    }
  }
};

/** Timeout of one request, in milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * Requests an address until it responds with 200.
 * @returns undefined when it does; else the result of the last request.
 */
export const waitForHealthy = async (url: string, { attempts, delayMs }: RetryOptions): Promise<string | undefined> => {
  let last = "";
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await sleep(delayMs);
    last = await statusOf(url);
    if (last === "200") return undefined;
  }
  return last;
};

const statusOf = async (url: string): Promise<string> => {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return String(status);
  } catch (error) {
    return error instanceof Error ? `no response (${error.message})` : "no response";
  }
};
