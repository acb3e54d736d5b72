import type {
  ActivityHandler,
  DurableOrchestrationContext,
  OrchestrationContext,
  OrchestrationHandler,
  Task,
} from "durable-functions";
import { RetryOptions } from "durable-functions";
import { workItemSchema } from "../shared/kernel/jobs.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { advanceRouting, type RoutingStep } from "../shared/routing/advance-routing.ts";
import { ADVANCE_ROUTING, CHANGED, type WorkItemChange } from "../shared/routing/routing-workflow.ts";
import { startHop } from "./invocation/hop-log.ts";
import type { PerInvocation } from "./invocation/per-invocation.ts";
import { carriedTraceSchema } from "./invocation/trace.ts";

/** The delay doubles up to five minutes; 300 attempts take about a day. */
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 300_000;
const ATTEMPTS = 300;

/**
 * The routing workflow of one work item: does what is due, then sleeps until the work item changes or the next thing is
 * due. It consists of `yield`s and arithmetic only, because Durable Functions replays it from the beginning.
 */
export const routeWorkItem: OrchestrationHandler = function* ({ df }: OrchestrationContext) {
  const retry = new RetryOptions(FIRST_RETRY_MS, ATTEMPTS);
  retry.backoffCoefficient = 2;
  retry.maxRetryIntervalInMilliseconds = LONGEST_RETRY_MS;
  let change = df.waitForExternalEvent(CHANGED);
  let wakeAt: string | undefined;
  for (;;) {
    if (wakeAt === undefined) {
      const step: RoutingStep = yield df.callActivityWithRetry(ADVANCE_ROUTING, retry, df.getInput());
      if (step.done) return;
      wakeAt = step.wakeAt;
    }
    const isDue: boolean = yield* sleep(df, change, wakeAt);
    if (isDue) {
      // The event is still to come. Its task is kept for the next round, because a second one would not get it.
      wakeAt = undefined;
      continue;
    }
    const { settled, lookAt } = change.result as WorkItemChange;
    if (settled) return;
    wakeAt = lookAt;
    change = df.waitForExternalEvent(CHANGED);
  }
};

/**
 * Sleeps until the change arrives, or until `wakeAt` if that is earlier.
 * @returns whether `wakeAt` came first.
 */
function* sleep(df: DurableOrchestrationContext, change: Task, wakeAt: string | undefined): Generator<Task, boolean> {
  // `Task.any` never ends with a task that was completed before it began.
  if (change.isCompleted) return false;
  if (wakeAt === undefined) {
    yield change;
    return false;
  }
  const alarm = df.createTimer(new Date(wakeAt));
  const first: unknown = yield df.Task.any([change, alarm]);
  if (first === alarm) return true;
  alarm.cancel();
  return false;
}

/** The input of the workflow: the work item, and the trace of the message that started it. */
const inputSchema = workItemSchema.extend({ traceParent: carriedTraceSchema });

export const makeAdvanceRouting =
  (portsFor: PerInvocation<Ports>): ActivityHandler =>
  async (input, context) => {
    const { traceParent, ...item } = inputSchema.parse(input);
    const ports = portsFor(context, traceParent);
    const logHop = startHop(context, ports, { traceParent });
    const step = await advanceRouting(ports, item);
    logHop({ conversationId: item.conversationId, outcome: step.done ? "done" : "waiting" });
    return step;
  };
