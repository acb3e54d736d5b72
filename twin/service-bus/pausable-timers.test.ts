import { describe, expect, it } from "vitest";
import { TwinClock } from "../clock.ts";
import { PausableTimers } from "./pausable-timers.ts";

const openClock = () => {
  const twin = new TwinClock();
  const clock = new PausableTimers(twin);
  clock.resume();
  return { twin, clock };
};

describe("PausableClock", () => {
  it("makes no call while it is paused, and makes up for it afterwards", () => {
    const { twin, clock } = openClock();
    const calls: string[] = [];
    clock.after(1000, () => calls.push("due in the pause"));
    clock.after(5000, () => calls.push("due after it"));
    clock.pause();
    twin.advance(2000);
    expect(calls).toEqual([]);
    clock.resume();
    twin.advance(1);
    expect(calls).toEqual(["due in the pause"]);
    twin.advance(3000);
    expect(calls).toEqual(["due in the pause", "due after it"]);
  });

  it("forgets a call that is cancelled, paused or not", () => {
    const { twin, clock } = openClock();
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

  it("keeps a call that is asked for in a pause", () => {
    const { twin, clock } = openClock();
    const calls: string[] = [];
    clock.pause();
    clock.after(1000, () => calls.push("asked for in the pause"));
    clock.resume();
    twin.advance(1000);
    expect(calls).toEqual(["asked for in the pause"]);
  });
});
