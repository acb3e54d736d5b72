import { describe, expect, it } from "vitest";
import { watchSleep } from "./sleep-watch.ts";

const open = () => {
  let now = 0;
  let tick = (): void => undefined;
  let wakes = 0;
  watchSleep({
    now: () => now,
    repeat: (action) => {
      tick = action;
    },
    onWake: () => wakes++,
  });
  return {
    tickAfter: (ms: number) => {
      now += ms;
      tick();
    },
    get wakes() {
      return wakes;
    },
  };
};

describe("watchSleep", () => {
  it.each([5_000, 60_000, 90_000])("does not count a pause of %d ms as a sleep", (ms) => {
    const watch = open();
    for (let tick = 0; tick < 10; tick++) watch.tickAfter(ms);
    expect(watch.wakes).toBe(0);
  });

  it("notices each sleep once", () => {
    const watch = open();
    watch.tickAfter(3_600_000);
    watch.tickAfter(5_000);
    expect(watch.wakes).toBe(1);
    watch.tickAfter(90_001);
    expect(watch.wakes).toBe(2);
  });

  it("does not count a clock that is set back as a sleep", () => {
    const watch = open();
    watch.tickAfter(-3_600_000);
    watch.tickAfter(5_000);
    expect(watch.wakes).toBe(0);
  });
});
