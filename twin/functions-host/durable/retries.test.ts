import { describe, expect, it } from "vitest";
import { DurableTwin } from "../testing/durable-twin.ts";
import type { DurableFunctions } from "../testing/in-process-app.ts";

/** Registers an activity that fails a number of times before it succeeds, and the activity `echo`. */
const flaky = (df: DurableFunctions, failures: number): void => {
  let calls = 0;
  const handler = (): string => {
    calls += 1;
    if (calls <= failures) throw new Error(`failure ${calls}`);
    return `success ${calls}`;
  };
  df.app.activity("flaky", { handler });
  df.app.activity("echo", { handler: (input) => input });
};

describe("retries", () => {
  it("repeats an activity until it succeeds, and numbers later tasks correctly", async () => {
    const twin = await DurableTwin.start((df) => {
      flaky(df, 2);
      df.app.orchestration("retrying", function* (context) {
        const result = yield context.df.callActivityWithRetry("flaky", new df.RetryOptions(5, 5));
        return [result, yield context.df.callActivity("echo", "after")];
      });
    });
    expect((await twin.run("retrying")).output).toEqual(["success 3", "after"]);
  });

  it("fails after the last attempt and one more delay", async () => {
    const twin = await DurableTwin.start((df) => {
      flaky(df, 9);
      df.app.orchestration("giving-up", function* (context) {
        try {
          yield context.df.callActivityWithRetry("flaky", new df.RetryOptions(60_000, 2));
          return "not reached";
        } catch (error) {
          return [(error as Error).message, yield context.df.callActivity("echo", "after")];
        }
      });
    });
    const id = await twin.client.startNew("giving-up");
    for (const attempt of [1, 2]) {
      await expect.poll(() => twin.taskHub.actionCounts().timersCreated).toBe(attempt);
      twin.clock.advance(60_000);
    }
    const { output } = await twin.end(id);
    expect(output).toEqual([expect.stringContaining("failure 2"), "after"]);
    expect(twin.app.calls.get("flaky")).toBe(2);
  });

  it("increases the delays by the backoff coefficient up to the maximum", async () => {
    const twin = await DurableTwin.start((df) => {
      flaky(df, 3);
      df.app.orchestration("backing-off", function* (context) {
        const options = new df.RetryOptions(10_000, 4);
        options.backoffCoefficient = 3;
        options.maxRetryIntervalInMilliseconds = 40_000;
        return yield context.df.callActivityWithRetry("flaky", options);
      });
    });
    const id = await twin.client.startNew("backing-off");
    for (const [index, pauseMs] of [10_000, 30_000, 40_000].entries()) {
      const { execution } = await twin.until(id, () => twin.taskHub.actionCounts().timersCreated === index + 1);
      const pauses = [...execution.openTasks.values()].map((task) => task.kind === "timer" && task.fireAt);
      const failedAt = Date.parse(execution.history.findLast((event) => event.EventType === 6)?.Timestamp ?? "");
      expect(Number(pauses[0]) - failedAt).toBeGreaterThanOrEqual(pauseMs - 1);
      expect(Number(pauses[0]) - failedAt).toBeLessThan(pauseMs + 5_000);
      twin.clock.advance(pauseMs);
    }
    expect((await twin.end(id)).output).toBe("success 4");
  });

  it("repeats several failing activities independently", async () => {
    const twin = await DurableTwin.start((df) => {
      flaky(df, 3);
      df.app.orchestration("fan-out", function* (context) {
        const retry = new df.RetryOptions(3, 9);
        const results = yield context.df.Task.all([
          context.df.callActivityWithRetry("flaky", retry),
          context.df.callActivity("echo", "plain"),
          context.df.callActivityWithRetry("flaky", retry),
          context.df.callActivityWithRetry("echo", retry, { q: 1 }),
        ]);
        return [results, yield context.df.callActivity("echo", "after")];
      });
    });
    const succeeded = expect.stringMatching(/^success [45]$/);
    expect((await twin.run("fan-out")).output).toEqual([[succeeded, "plain", succeeded, { q: 1 }], "after"]);
  });

  it("repeats a failed sub-orchestration", async () => {
    const twin = await DurableTwin.start((df) => {
      flaky(df, 1);
      df.app.orchestration("child", function* (context) {
        return yield context.df.callActivity("flaky");
      });
      df.app.orchestration("parent", function* (context) {
        return yield context.df.callSubOrchestratorWithRetry("child", new df.RetryOptions(5, 3), {}, "the-child");
      });
    });
    expect((await twin.run("parent")).output).toBe("success 2");
  });

  it("refuses a retry timeout, of which the orchestrator would not be notified", async () => {
    const twin = await DurableTwin.start((df) => {
      flaky(df, 1);
      df.app.orchestration("timed", function* (context) {
        const options = new df.RetryOptions(5, 3);
        options.retryTimeoutInMilliseconds = 1_000;
        yield context.df.callActivityWithRetry("flaky", options);
      });
    });
    const { status, output } = await twin.run("timed");
    expect(status).toBe("Failed");
    expect(output).toContain("retryTimeoutInMilliseconds is not supported by the twin");
  });
});
