import { describe, expect, it } from "vitest";
import { TwinClock } from "./clock.ts";
import { PausableTimers } from "./pausable-timers.ts";

const createClock = () => {
  const twin = new TwinClock();
  const clock = new PausableTimers(twin);
  clock.resume();
  return { twin, clock };
};

describe("PausableTimers", () => {
  it("fires timers that fall due during a pause when the pause ends", () => {
    const { twin, clock } = createClock();
    const calls: string[] = [];
    clock.after(1000, () => calls.push("due during the pause"));
    clock.after(5000, () => calls.push("due after the pause"));
    clock.pause();
    twin.advance(2000);
    expect(calls).toEqual([]);
    clock.resume();
    twin.advance(1);
    expect(calls).toEqual(["due during the pause"]);
    twin.advance(3000);
    expect(calls).toEqual(["due during the pause", "due after the pause"]);
  });

  it("does not fire a timer that is cancelled, during a pause or not", () => {
    const { twin, clock } = createClock();
    const calls: string[] = [];
    const cancelFirst = clock.after(1000, () => calls.push("first"));
    const cancelSecond = clock.after(1000, () => calls.push("second"));
    cancelFirst();
    clock.pause();
    cancelSecond();
    clock.resume();
    twin.advance(2000);
    expect(calls).toEqual([]);
  });

  it("fires a timer that is set during a pause", () => {
    const { twin, clock } = createClock();
    const calls: string[] = [];
    clock.pause();
    clock.after(1000, () => calls.push("set during the pause"));
    clock.resume();
    twin.advance(1000);
    expect(calls).toEqual(["set during the pause"]);
  });

  it("has a due timer from the time that the timer falls due until it fires", () => {
    const { twin, clock } = createClock();
    clock.pause();
    clock.after(1000, () => {});
    expect(clock.hasDue()).toBe(false);
    twin.advance(1000);
    expect(clock.hasDue()).toBe(true);
    clock.resume();
    twin.advance(1);
    expect(clock.hasDue()).toBe(false);
  });
});
