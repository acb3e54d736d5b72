import { syncBuiltinESMExports } from "node:module";
import timersPromises, { type setTimeout } from "node:timers/promises";
import { LONGEST_TIMEOUT_MS, type SharedOffset } from "../../clock.ts";

/**
 * Makes this thread follow the clock of another thread: replaces `Date` and the `setTimeout` of `node:timers/promises`.
 * The global `setTimeout` keeps real time, because the Azure SDKs use it for timeouts of network requests.
 */
export const installTwinTime = (clock: SharedOffset): void => {
  const systemDate = Date;
  installDate(() => systemDate.now() + (clock.offset[0] ?? 0));
  Object.assign(timersPromises, { setTimeout: makeTwinDelay(clock, timersPromises.setTimeout) });
  syncBuiltinESMExports();
};

/** Replaces only the forms that read the current time: `Date.now()`, `new Date()` and `Date()`. */
const installDate = (currentTime: () => number): void => {
  const systemDate = Date;
  const now = (): number => Math.floor(currentTime());
  const twinDate = new Proxy(systemDate, {
    apply: () => new systemDate(now()).toString(),
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, property, receiver) => (property === "now" ? now : Reflect.get(target, property, receiver)),
  });
  systemDate.prototype.constructor = twinDate; // some libraries check `value.constructor === Date`
  globalThis.Date = twinDate;
};

/**
 * Makes a `setTimeout` of `node:timers/promises` that resolves as soon as the clock reaches its end: at once when the
 * clock is advanced past it, in real time otherwise.
 * @param systemDelay - Node's function, which implements real time, `signal` and `ref`.
 */
export const makeTwinDelay = ({ offset, changes }: SharedOffset, systemDelay: typeof setTimeout): typeof setTimeout => {
  const now = (): number => performance.now() + (offset[0] ?? 0);
  return async (delayMs = 1, value, options = {}) => {
    if (!(delayMs <= LONGEST_TIMEOUT_MS)) return systemDelay(delayMs, value, options); // Node resolves it after 1 ms
    const dueAt = now() + delayMs;
    for (;;) {
      const change = Atomics.load(changes, 0); // read before the time, so that no change is missed
      const leftMs = dueAt - now();
      if (leftMs <= 0) return value as never;
      const isOver = new AbortController();
      const signal = AbortSignal.any([isOver.signal, ...(options.signal ? [options.signal] : [])]);
      try {
        await Promise.race([
          systemDelay(leftMs, undefined, { ...options, signal }),
          Atomics.waitAsync(changes, 0, change, leftMs).value,
        ]);
      } finally {
        isOver.abort();
      }
    }
  };
};
