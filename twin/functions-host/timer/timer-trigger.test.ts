import { describe, expect, it, onTestFinished, vi } from "vitest";
import { TwinClock } from "../../clock.ts";
import { RecordingInvoker } from "../testing/recording-invoker.ts";
import { startTestApp } from "../testing/test-app.ts";
import { TimerTriggers } from "./timer-trigger.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** An app whose timer function logs its input. */
const loggingTimer = (options: string) =>
  `app.timer("tick", { ${options}, handler: (timer, context) => context.log(JSON.stringify(timer)) });`;

describe("a timer trigger", () => {
  it("runs its function at every time of its schedule", async () => {
    const { clock, appLog } = await startTestApp(loggingTimer(`schedule: "0 0 */2 * * *"`));
    for (const count of [1, 2, 3]) {
      clock.advance(120 * MINUTE_MS);
      await vi.waitFor(() => expect(appLog()).toHaveLength(count));
    }
  });

  it("passes the schedule to the function", async () => {
    const { clock, appLog } = await startTestApp(loggingTimer(`schedule: "0 0 0 * * *"`));
    clock.advance(DAY_MS);
    await vi.waitFor(() => expect(appLog()).toHaveLength(1));
    const midnight = Math.floor(clock.now() / DAY_MS) * DAY_MS;
    expect(JSON.parse(appLog()[0] ?? "")).toEqual({
      schedule: { adjustForDST: true },
      scheduleStatus: {
        last: "0001-01-01T00:00:00",
        next: new Date(midnight + DAY_MS).toISOString(),
        lastUpdated: "0001-01-01T00:00:00",
      },
      isPastDue: false,
    });
  });

  it("passes its time to the worker as metadata", () => {
    const invoker = new RecordingInvoker("tick", { type: "timerTrigger", schedule: "00:01:00" });
    const clock = new TwinClock();
    const triggers = new TimerTriggers({ invoker, clock, settings: {} });
    triggers.start();
    onTestFinished(() => triggers.stop());
    clock.advance(MINUTE_MS);
    const text = expect.stringMatching(/^\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/);
    expect(invoker.invocations.map(({ triggerMetadata }) => triggerMetadata)).toEqual([
      { TimerTrigger: { string: text } },
    ]);
  });

  it("accepts a TimeSpan, and an app setting between percent signs", async () => {
    const { clock, appLog } = await startTestApp(loggingTimer(`schedule: "%EVERY%"`), {
      settings: { EVERY: "00:10:00" },
    });
    clock.advance(9 * MINUTE_MS);
    expect(appLog()).toEqual([]);
    clock.advance(MINUTE_MS);
    await vi.waitFor(() => expect(appLog()).toHaveLength(1));
  });

  it("makes up for all missed runs with one late run", async () => {
    const { clock, appLog } = await startTestApp(loggingTimer(`schedule: "0 0 * * * *"`));
    clock.advance(30 * DAY_MS);
    await vi.waitFor(() => expect(appLog()).toHaveLength(2));
    expect(appLog().map((timer) => JSON.parse(timer).isPastDue)).toEqual([false, true]);
    clock.advance(60 * MINUTE_MS);
    await vi.waitFor(() => expect(appLog()).toHaveLength(3));
  });

  it("never runs its function twice at once", async () => {
    const { clock, host, appLog, fetch } = await startTestApp(`
      let release;
      app.timer("tick", { schedule: "00:01:00", handler: (_, context) => {
        context.log("tick");
        return new Promise((resolve) => { release = resolve; });
      } });
      app.http("release", { handler: () => { release(); return {}; } });`);
    clock.advance(MINUTE_MS);
    await vi.waitFor(() => expect(appLog()).toHaveLength(1));
    clock.advance(5 * MINUTE_MS);
    expect(host.inFlight()).toBe(1);
    await fetch("/api/release");
    await vi.waitFor(() => expect(appLog()).toHaveLength(2));
  });

  it("continues after a failed run", async () => {
    const { clock, log } = await startTestApp(`
      app.timer("tick", { schedule: "00:01:00", handler: () => { throw new Error("no ink"); } });`);
    for (const count of [1, 2]) {
      clock.advance(MINUTE_MS);
      await vi.waitFor(() => expect(log.filter((entry) => entry.message.includes("no ink"))).toHaveLength(count));
    }
  });

  it("runs its function at the start with runOnStartup", async () => {
    const { appLog } = await startTestApp(loggingTimer(`schedule: "0 0 0 1 1 *", runOnStartup: true`));
    await vi.waitFor(() => expect(appLog()).toHaveLength(1));
  });

  it.each(["every minute", "%MISSING%"])("refuses the schedule %s at the start", async (schedule) => {
    await expect(startTestApp(loggingTimer(`schedule: "${schedule}"`))).rejects.toThrow(schedule.replaceAll("%", ""));
  });
});
