import type { ActivityHandler, OrchestrationContext, OrchestrationHandler, Task } from "durable-functions";
import { RetryOptions } from "durable-functions";
import { workItemSchema } from "../shared/kernel/jobs.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { advanceRouting, type RoutingStep } from "../shared/routing/advance-routing.ts";
import { ADVANCE_ROUTING, CHANGED, type Changed } from "../shared/routing/routing-workflow.ts";
import type { PerInvocation } from "./per-invocation.ts";

/** First wait after a failure, and how often it is tried: doubling up to 5 minutes, that is about a day. */
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 300_000;
const ATTEMPTS = 300;

/**
 * The clock of one work item: does what is due, then sleeps until something changes or the next thing is due. Only
 * `yield`s and arithmetic may stand here, because every turn runs again from the beginning.
 */
export const routeWorkItem: OrchestrationHandler = function* (context: OrchestrationContext) {
  const { df } = context;
  const retry = new RetryOptions(FIRST_RETRY_MS, ATTEMPTS);
  retry.backoffCoefficient = 2;
  retry.maxRetryIntervalInMilliseconds = LONGEST_RETRY_MS;
  let change = df.waitForExternalEvent(CHANGED);
  let lookAt: string | undefined;
  for (;;) {
    if (lookAt === undefined) {
      const step: RoutingStep = yield df.callActivityWithRetry(ADVANCE_ROUTING, retry, df.getInput());
      if (step.done) return;
      lookAt = step.wakeAt;
    }
    // A race never ends with a task that was finished before it began.
    if (lookAt === undefined && !change.isCompleted) {
      yield change;
    } else if (lookAt !== undefined && !change.isCompleted) {
      const alarm = df.createTimer(new Date(lookAt));
      const first: Task = yield df.Task.any([change, alarm]);
      if (first === alarm) {
        // The event is still to come: its task is kept for the next round, since a second one would not get it.
        lookAt = undefined;
        continue;
      }
      alarm.cancel();
    }
    const told = change.result as Changed;
    if (told.settled) return;
    lookAt = told.lookAt;
    change = df.waitForExternalEvent(CHANGED);
  }
};

export const makeAdvanceRouting =
  (portsFor: PerInvocation<Ports>): ActivityHandler =>
  (input, context) =>
    advanceRouting(portsFor(context), workItemSchema.parse(input));
