import { setImmediate } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { TwinClock } from "../../clock.ts";
import { renewLock } from "./lock-renewal.ts";

const LOCK_MS = 60_000;

/** A lock of one minute, kept for four and a half, and the times of its renewals in whole seconds. */
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
    await setImmediate(); // lets a renewal under way end
  };
  return { advance, renewedAt, onLost, stop };
};

describe("keepLock", () => {
  it("renews ten seconds before the lock runs out, until the longest time is over", async () => {
    const { advance, renewedAt } = startLock();
    for (let i = 0; i < 40; i++) await advance(10_000);
    expect(renewedAt).toEqual([50, 100, 150, 200, 250]);
  });

  it("stops when told", async () => {
    const { advance, renewedAt, stop } = startLock();
    await advance(50_000);
    stop();
    await advance(50_000);
    expect(renewedAt).toEqual([50]);
  });

  it("stops when the broker refuses, and says so", async () => {
    const { advance, renewedAt, onLost } = startLock(() => false);
    await advance(50_000);
    await advance(50_000);
    expect(renewedAt).toEqual([]);
    expect(onLost).toHaveBeenCalledOnce();
  });
});
