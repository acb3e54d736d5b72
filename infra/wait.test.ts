import { afterEach, expect, it, vi } from "vitest";
import { wait } from "./wait.ts";

afterEach(() => {
  vi.useRealTimers();
});

it("ends when its time has passed, and not before", async () => {
  vi.useFakeTimers();
  let ended = false;
  const waiting = wait(30).then(() => {
    ended = true;
  });
  await vi.advanceTimersByTimeAsync(29_999);
  expect(ended).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await waiting;
});

it("ends soon when the clock leaps over its end", async () => {
  vi.useFakeTimers();
  const waiting = wait(120);
  vi.setSystemTime(Date.now() + 120_000);
  await vi.advanceTimersByTimeAsync(100);
  await waiting;
});
