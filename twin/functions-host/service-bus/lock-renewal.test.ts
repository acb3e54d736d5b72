import { setImmediate } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { TwinClock } from "../../clock.ts";
import { renewLock } from "./lock-renewal.ts";

const LOCK_MS = 60_000;

/** A lock of one minute that is renewed for four and a half minutes, and the times of the renewals in seconds. */
const startLock = (renewals: () => boolean = () => true) => {
  const clock = new TwinClock();
  const start = clock.now();
  const renewedAt: number[] = [];
  const onLost = vi.fn();
  const lockedFor = () => new Date(clock.now() + LOCK_MS);
  const renew = async () => {
    if (!renewals()) throw new Error("lock lost");
    renewedAt.push(Math.round((clock.now() - start) / 1_000));
    return lockedFor();
  };
  const stop = renewLock(clock, { lockedUntil: lockedFor(), maxMs: 4.5 * LOCK_MS, renew, onLost });
  const advance = async (ms: number) => {
    clock.advance(ms);
    await setImmediate(); // lets the current renewal end
  };
  return { advance, renewedAt, onLost, stop };
};

describe("renewLock", () => {
  it("renews ten seconds before the lock expires, until the maximum duration", async () => {
    const { advance, renewedAt } = startLock();
    for (let i = 0; i < 40; i++) await advance(10_000);
    expect(renewedAt).toEqual([50, 100, 150, 200, 250]);
  });

  it("can be stopped", async () => {
    const { advance, renewedAt, stop } = startLock();
    await advance(50_000);
    stop();
    await advance(50_000);
    expect(renewedAt).toEqual([50]);
  });

  it("stops when the broker refuses, and reports it", async () => {
    const { advance, renewedAt, onLost } = startLock(() => false);
    await advance(50_000);
    await advance(50_000);
    expect(renewedAt).toEqual([]);
    expect(onLost).toHaveBeenCalledOnce();
  });
});
