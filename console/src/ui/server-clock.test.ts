import { describe, expect, it } from "vitest";
import { ServerClock } from "./server-clock.ts";

/** A server clock on a device that shows `now`. */
const clockAt = (now: number): { readonly clock: ServerClock; set(now: number): void } => {
  let present = now;
  return {
    clock: new ServerClock(() => present),
    set: (value) => {
      present = value;
    },
  };
};

const MINUTE_MS = 60_000;

describe("ServerClock", () => {
  it("shows the time of the device before the first response", () => {
    expect(clockAt(5_000).clock.now()).toBe(5_000);
  });

  it.each([-10 * MINUTE_MS, -2_000, 2_000, 10 * MINUTE_MS])("follows a server that is %d ms ahead", (ahead) => {
    const { clock, set } = clockAt(20 * MINUTE_MS);
    clock.observe(20 * MINUTE_MS + ahead);
    set(21 * MINUTE_MS);
    expect(clock.now()).toBe(21 * MINUTE_MS + ahead);
  });

  it.each([-1_999, 0, 1_999])("ignores a difference of %d ms, which is rounding", (ahead) => {
    const { clock } = clockAt(20 * MINUTE_MS);
    clock.observe(20 * MINUTE_MS + ahead);
    expect(clock.now()).toBe(20 * MINUTE_MS);
  });

  it("follows the device again once its clock is right", () => {
    const { clock, set } = clockAt(0);
    clock.observe(10 * MINUTE_MS);
    set(10 * MINUTE_MS);
    clock.observe(10 * MINUTE_MS);
    expect(clock.now()).toBe(10 * MINUTE_MS);
  });

  it("keeps the time it knows when a response has no valid date", () => {
    const { clock } = clockAt(0);
    clock.observe(10 * MINUTE_MS);
    clock.observe(Number.NaN);
    expect(clock.now()).toBe(10 * MINUTE_MS);
  });
});
