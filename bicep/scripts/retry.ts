import { setTimeout as sleep } from "node:timers/promises";

/** How often something is tried, and how long it is waited in between. */
export interface Patience {
  readonly tries: number;
  readonly pauseMs: number;
}

/** A role that was given a moment ago may not be known everywhere yet, and neither may a function. */
export const FOR_ROLES: Patience = { tries: 6, pauseMs: 30_000 };
/** A new app has to be fetched, started, and let in everywhere. */
export const FOR_HEALTH: Patience = { tries: 60, pauseMs: 10_000 };

/**
 * Does something, and does it again when it fails.
 * @param what - named when it fails.
 * @throws what the last try threw.
 */
export const again = async (what: string, act: () => Promise<void>, { tries, pauseMs }: Patience): Promise<void> => {
  for (let tried = 1; ; tried++) {
    try {
      return await act();
    } catch (error) {
      if (tried >= tries) throw error;
      console.log(`${what} failed. In a new environment roles and functions take a while to be known everywhere.`);
      console.log(`Once more in ${pauseMs / 1000} seconds (${tried} of ${tries - 1}).`);
      await sleep(pauseMs);
    }
  }
};

/** How long one answer may take, in milliseconds. */
const ANSWER_MS = 10_000;

/**
 * Waits until an address answers 200.
 * @returns nothing, or what it said last when it never did.
 */
export const untilWell = async (url: string, { tries, pauseMs }: Patience): Promise<string | undefined> => {
  let last = "";
  for (let tried = 1; tried <= tries; tried++) {
    if (tried > 1) await sleep(pauseMs);
    last = await answerOf(url);
    if (last === "200") return undefined;
  }
  return last;
};

const answerOf = async (url: string): Promise<string> => {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    return String(status);
  } catch (error) {
    return error instanceof Error ? `no answer (${error.message})` : "no answer";
  }
};
