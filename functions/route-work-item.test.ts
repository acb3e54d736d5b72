import type { OrchestrationContext, RetryOptions } from "durable-functions";
import { describe, expect, it } from "vitest";
import { instantSchema } from "../shared/kernel/instant.ts";
import type { RoutingStep } from "../shared/routing/advance-routing.ts";
import { ADVANCE_ROUTING, CHANGED, type WorkItemChange } from "../shared/routing/routing-workflow.ts";
import { routeWorkItem } from "./route-work-item.ts";

/** A task as the workflow uses it, with members that identify it in a test. */
interface FakeTask {
  readonly kind: "activity" | "event" | "timer" | "any";
  readonly at?: string;
  readonly of?: readonly FakeTask[];
  isCompleted: boolean;
  isCanceled: boolean;
  result?: unknown;
  cancel(): void;
}

const WAKE_AT = instantSchema.parse("2026-03-02T10:32:00.000Z");
const LOOK_AT = instantSchema.parse("2026-03-02T10:35:00.000Z");

/** The workflow, driven step by step. */
class Driver {
  readonly events: FakeTask[] = [];
  readonly timers: FakeTask[] = [];
  readonly activities: string[] = [];
  readonly retries: RetryOptions[] = [];
  readonly #steps: Generator<unknown, unknown>;
  /** The task that the workflow waits for; `undefined` when it has ended. */
  waitsFor: FakeTask | undefined;

  constructor() {
    const df = {
      getInput: () => ({}),
      waitForExternalEvent: (name: string) => {
        expect(name).toBe(CHANGED);
        return this.#newTask({ kind: "event" }, this.events);
      },
      callActivityWithRetry: (name: string, retry: RetryOptions) => {
        this.activities.push(name);
        this.retries.push(retry);
        return this.#newTask({ kind: "activity" });
      },
      createTimer: (at: Date) => this.#newTask({ kind: "timer", at: at.toISOString() }, this.timers),
      Task: { any: (of: readonly FakeTask[]) => this.#newTask({ kind: "any", of }) },
    };
    this.#steps = routeWorkItem({ df } as unknown as OrchestrationContext);
    this.resume();
  }

  /** Completes what the workflow waits for, with this value. */
  resume(value?: unknown): void {
    const { done, value: task } = this.#steps.next(value);
    this.waitsFor = done ? undefined : (task as FakeTask);
  }

  /** Has the activity return this step. */
  advance(step: RoutingStep): void {
    expect(this.waitsFor?.kind).toBe("activity");
    this.resume(step);
  }

  /** Completes the newest event that has not arrived yet. */
  raise(change: WorkItemChange): FakeTask {
    const event = this.events.at(-1) ?? expect.fail();
    event.isCompleted = true;
    event.result = change;
    return event;
  }

  #newTask(task: Pick<FakeTask, "kind" | "at" | "of">, into: FakeTask[] = []): FakeTask {
    const made: FakeTask = {
      ...task,
      isCompleted: false,
      isCanceled: false,
      cancel: () => {
        made.isCanceled = true;
      },
    };
    into.push(made);
    return made;
  }
}

describe("routeWorkItem", () => {
  it("retries an activity that fails for about a day, the first time after a second", () => {
    const [{ firstRetryIntervalInMilliseconds: first, ...retry } = expect.fail()] = new Driver().retries;
    expect(first).toBe(1000);
    const { backoffCoefficient = 1, maxRetryIntervalInMilliseconds: longest = first, maxNumberOfAttempts } = retry;
    const delays = Array.from({ length: maxNumberOfAttempts - 1 }, (_, n) =>
      Math.min(first * backoffCoefficient ** n, longest),
    );
    expect(delays.reduce((sum, delay) => sum + delay) / 3_600_000).toBeGreaterThan(23);
  });

  it("ends when nothing remains to do", () => {
    const workflow = new Driver();
    workflow.advance({ done: true });
    expect(workflow.waitsFor).toBeUndefined();
    expect(workflow.activities).toEqual([ADVANCE_ROUTING]);
  });

  it("waits for a change when nothing is due", () => {
    const workflow = new Driver();
    workflow.advance({ done: false });
    expect(workflow.waitsFor).toBe(workflow.events[0]);
    expect(workflow.timers).toEqual([]);
  });

  it("advances again when the next thing is due, and keeps waiting for the same event", () => {
    const workflow = new Driver();
    workflow.advance({ done: false, wakeAt: WAKE_AT });
    expect(workflow.waitsFor).toMatchObject({ kind: "any", of: [{ kind: "event" }, { kind: "timer", at: WAKE_AT }] });
    workflow.resume(workflow.timers[0]);
    workflow.advance({ done: false });
    expect(workflow.activities).toHaveLength(2);
    expect(workflow.events).toHaveLength(1);
  });

  it("cancels the timer when the change comes first, and advances", () => {
    const workflow = new Driver();
    workflow.advance({ done: false, wakeAt: WAKE_AT });
    workflow.resume(workflow.raise({ settled: false }));
    expect(workflow.timers[0]?.isCanceled).toBe(true);
    expect(workflow.waitsFor?.kind).toBe("activity");
    expect(workflow.events).toHaveLength(2);
  });

  it("ends without advancing when the change settles the work item", () => {
    const workflow = new Driver();
    workflow.advance({ done: false });
    workflow.resume(workflow.raise({ settled: true }));
    expect(workflow.waitsFor).toBeUndefined();
    expect(workflow.activities).toHaveLength(1);
  });

  it("sleeps without advancing until the moment that the change names", () => {
    const workflow = new Driver();
    workflow.advance({ done: false });
    workflow.resume(workflow.raise({ settled: false, lookAt: LOOK_AT }));
    expect(workflow.waitsFor).toMatchObject({ kind: "any", of: [{}, { at: LOOK_AT }] });
    expect(workflow.activities).toHaveLength(1);
  });

  it("handles a change that arrived while it advanced, without a timer", () => {
    const workflow = new Driver();
    workflow.raise({ settled: true });
    workflow.advance({ done: false, wakeAt: WAKE_AT });
    expect(workflow.waitsFor).toBeUndefined();
    expect(workflow.timers).toEqual([]);
  });
});
