import { AppStoppedError, type Invoker } from "../invocation.ts";
import { callOrchestrator } from "./call-orchestrator.ts";
import { EventType, type HistoryEvent, historyEvent } from "./history.ts";
import type { Instance, OpenTask } from "./instance.ts";
import { requireFunction } from "./registered-functions.ts";
import { type Conclusion, Turn } from "./turn.ts";

/** A turn that waits to be taken over. */
export interface Decision {
  readonly turn: Turn;
  readonly conclusion: Conclusion;
  /** `undefined`: as before. */
  readonly customStatus?: unknown;
}

/**
 * Lets the orchestrator decide how `instance` goes on after `event`. Whatever is wrong with its answer ends in a
 * decision to fail; nothing is changed yet.
 * @param now - the time of the turn, in milliseconds since the Unix epoch.
 * @throws AppStoppedError when the app stopped meanwhile: there is no decision.
 */
export const decideTurn = async (
  invoker: Invoker,
  instance: Instance,
  event: HistoryEvent,
  now: number,
): Promise<Decision> => {
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
