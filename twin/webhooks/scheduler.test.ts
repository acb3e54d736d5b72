import { expect, it, vi } from "vitest";
import { TwinClock } from "../clock.ts";
import { Scheduler } from "./scheduler.ts";

const MINUTE = 60_000;

const start = () => {
  const clock = new TwinClock();
  const scheduler = new Scheduler(clock);
  const ran: string[] = [];
  return {
    clock,
    scheduler,
    ran,
    add: (name: string, delayMs: number) => scheduler.add(delayMs, () => void ran.push(name)),
  };
};

it("runs tasks when they are due", () => {
  const { clock, scheduler, ran, add } = start();
  scheduler.start();
  add("second", 2 * MINUTE);
  add("first", MINUTE);
  clock.advance(MINUTE);
  expect(ran).toEqual(["first"]);
  clock.advance(MINUTE);
  expect(ran).toEqual(["first", "second"]);
});

it("runs no task before add returns", async () => {
  const { scheduler, ran, add } = start();
  scheduler.start();
  add("at once", 0);
  expect(ran).toEqual([]);
  await vi.waitFor(() => expect(ran).toEqual(["at once"]));
});

it("runs after a start the tasks that became due while it was stopped", async () => {
  const { clock, scheduler, ran, add } = start();
  scheduler.start();
  add("due", MINUTE);
  await scheduler.stop();
  add("later", 2 * MINUTE);
  clock.advance(MINUTE);
  expect(ran).toEqual([]);
  scheduler.start();
  await vi.waitFor(() => expect(ran).toEqual(["due"]));
  clock.advance(MINUTE);
  expect(ran).toEqual(["due", "later"]);
});

it("aborts running tasks when it stops, and waits for them", async () => {
  const { clock, scheduler, ran } = start();
  scheduler.start();
  scheduler.add(MINUTE, async (signal) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    ran.push("aborted");
  });
  clock.advance(MINUTE);
  await scheduler.stop();
  expect(ran).toEqual(["aborted"]);
});

it("is idle while no task is running or due", async () => {
  const { clock, scheduler, add } = start();
  add("later", MINUTE);
  expect(scheduler.isIdle()).toBe(true);
  clock.advance(MINUTE);
  expect(scheduler.isIdle()).toBe(false);
  scheduler.start();
  await vi.waitFor(() => expect(scheduler.isIdle()).toBe(true));
  let end = () => {};
  scheduler.add(0, () => new Promise((resolve) => (end = resolve)));
  clock.advance(1);
  expect(scheduler.isIdle()).toBe(false);
  end();
  await vi.waitFor(() => expect(scheduler.isIdle()).toBe(true));
});
