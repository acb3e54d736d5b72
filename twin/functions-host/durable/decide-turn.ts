import { AppStoppedError, type Invoker } from "../invocation.ts";
import { callOrchestrator } from "./call-orchestrator.ts";
import { EventType, type HistoryEvent, historyEvent } from "./history.ts";
import type { Instance, OpenTask } from "./instance.ts";
import { requireFunction } from "./registered-functions.ts";
import { type Conclusion, Turn } from "./turn.ts";

/** A turn that is not stored yet. */
export interface Decision {
  readonly turn: Turn;
  readonly conclusion: Conclusion;
  /** `undefined` keeps the current one. */
  readonly customStatus?: unknown;
}

/**
 * Calls the orchestrator to decide how an instance continues after an event. An invalid response becomes a decision to
 * fail. Changes nothing.
 * @param options.now - the time of the turn in milliseconds since the Unix epoch.
 * @throws AppStoppedError when the app is stopped during the call: there is no decision.
 */
export const decideTurn = async ({
  invoker,
  instance,
  event,
  now,
}: {
  invoker: Invoker;
  instance: Instance;
  event: HistoryEvent;
  now: number;
}): Promise<Decision> => {
  const { execution } = instance;
  const turnEvents = [historyEvent(now, { EventType: EventType.OrchestratorStarted }), event] as const;
  try {
    const state = await callOrchestrator(invoker, instance, turnEvents);
    const turn = new Turn(execution, turnEvents, now);
    turn.apply(state);
    for (const task of turn.openedTasks) requireFunctionOf(task, invoker);
    return { turn, conclusion: turn.conclusion(), customStatus: state.customStatus };
  } catch (error) {
    if (error instanceof AppStoppedError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    return { turn: new Turn(execution, turnEvents, now), conclusion: { kind: "failed", error: message } };
  }
};

const requireFunctionOf = (task: OpenTask, invoker: Invoker): void => {
  if (task.kind === "timer") return;
  requireFunction(invoker, task.call.functionName, task.kind === "activity" ? "activity" : "orchestrator");
};
