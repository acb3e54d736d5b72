import { setTimeout as delay } from "node:timers/promises";

/** How often the clock is looked at during a wait, in milliseconds. */
const LOOK_MS = 100;

/** Waits by the clock that all else goes by, which may leap: a machine that slept has waited already. */
export const wait = async (seconds: number): Promise<void> => {
  const end = Date.now() + seconds * 1000;
  for (let left = seconds * 1000; left > 0; left = end - Date.now()) await delay(Math.min(left, LOOK_MS));
};
