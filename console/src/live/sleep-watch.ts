/** How often the time is looked at, in milliseconds. */
const TICK_MS = 5_000;
/** Browsers run the timers of a hidden page once a minute. A longer gap means that the device slept. */
const GAP_MS = 90_000;

export interface SleepWatchOptions {
  readonly now: () => number;
  readonly repeat: (action: () => void, ms: number) => void;
  readonly onWake: () => void;
}

/** Notices that the device has slept: nothing that the page shows is believed then. */
export const watchSleep = ({ now, repeat, onWake }: SleepWatchOptions): void => {
  let last = now();
  repeat(() => {
    const gap = now() - last;
    last = now();
    if (gap > GAP_MS) onWake();
  }, TICK_MS);
};
