import { describe, expect, it } from "vitest";
import { TwinClock } from "./clock.ts";

const DAY_MS = 86_400_000;

describe("TwinClock", () => {
  it("runs the callbacks that fall due on the way in order, at their due times", () => {
    const clock = new TwinClock();
    const start = clock.now();
    const calls: [string, number][] = [];
    const note = (name: string) => () => calls.push([name, Math.round((clock.now() - start) / DAY_MS)]);
    clock.after(20 * DAY_MS, note("second"));
    clock.after(10 * DAY_MS, note("first"));
    clock.after(40 * DAY_MS, note("later"));
    clock.advance(30 * DAY_MS);
    expect(calls).toEqual([
      ["first", 10],
      ["second", 20],
    ]);
    clock.advance(10 * DAY_MS);
    expect(calls.at(-1)).toEqual(["later", 40]);
  });

  it("runs a callback that was scheduled on the way", () => {
    const clock = new TwinClock();
    const calls: string[] = [];
    clock.after(1000, () => clock.after(1000, () => calls.push("inner")));
    clock.advance(3000);
    expect(calls).toEqual(["inner"]);
  });

  it("runs no callback that was cancelled", () => {
    const clock = new TwinClock();
    const calls: string[] = [];
    const cancel = clock.after(1000, () => calls.push("cancelled"));
    cancel();
    clock.advance(3000);
    expect(calls).toEqual([]);
  });

  it("runs a due callback without being advanced", async () => {
    const clock = new TwinClock();
    await new Promise<void>((resolve) => clock.after(1, resolve));
  });
});
