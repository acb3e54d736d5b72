import { setImmediate, setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { TwinClock } from "../../clock.ts";
import { makeTwinDelay } from "./twin-time.ts";

const HOUR_MS = 3_600_000;

const start = () => {
  const clock = new TwinClock();
  return { clock, delay: makeTwinDelay(clock.shared, setTimeout) };
};

describe("a delay that follows the twin's clock", () => {
  it("ends when the clock is advanced past its end", async () => {
    const { clock, delay } = start();
    const delayed = delay(HOUR_MS, "done");
    clock.advance(HOUR_MS);
    expect(await delayed).toBe("done");
  });

  it("ends in real time when the clock is not advanced", async () => {
    const { delay } = start();
    const startedAt = performance.now();
    await delay(50);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
  });

  it("waits for the rest when the clock is advanced to a time before its end", async () => {
    const { clock, delay } = start();
    const startedAt = performance.now();
    let isOver = false;
    const delayed = delay(HOUR_MS).then(() => {
      isOver = true;
    });
    clock.advance(HOUR_MS - 100);
    await setImmediate();
    expect(isOver).toBe(false);
    await delayed;
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(99);
  });

  it("ends at once for no time", async () => {
    expect(await start().delay(0, "done")).toBe("done");
  });

  it("can be aborted, before it begins and while it lasts", async () => {
    const { delay } = start();
    await expect(delay(HOUR_MS, undefined, { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
    const controller = new AbortController();
    const delayed = expect(delay(HOUR_MS, undefined, { signal: controller.signal })).rejects.toMatchObject({
      name: "AbortError",
    });
    controller.abort();
    await delayed;
  });

  it("ends together with others", async () => {
    const { clock, delay } = start();
    const delayed = Promise.all([delay(HOUR_MS, 1), delay(2 * HOUR_MS, 2), delay(3 * HOUR_MS, 3)]);
    clock.advance(HOUR_MS);
    clock.advance(2 * HOUR_MS);
    expect(await delayed).toEqual([1, 2, 3]);
  });
});
