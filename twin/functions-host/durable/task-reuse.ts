import type { RegisteredFunction } from "../invocation.ts";
import { durableKindOf } from "./registered-functions.ts";

/** `ActionType.WaitForExternalEvent`. The task of an external event may be reused. */
const WAIT_FOR_EXTERNAL_EVENT = 6;

/** An action before it becomes JSON. */
interface ActionObject {
  readonly actionType: number;
  readonly functionName?: string;
  readonly fireAt?: Date;
  readonly compoundActions?: readonly ActionObject[];
}

/**
 * Checks that an orchestrator did not use one task in two compound tasks (`Task.any`, `Task.all`). The real extension
 * schedules such a task twice; from then on orchestrator and extension number their tasks differently, and results reach
 * the wrong task or none. Source: https://github.com/Azure/azure-functions-durable-js/issues/574
 *
 * A reused task is one action object in two places. JSON cannot distinguish it from two equal actions, so the check must
 * run in the thread of the app.
 * @param fn - the invoked function. Other functions than orchestrators pass.
 * @param result - the return value of its handler.
 * @throws Error with the reused task.
 */
export const assertNoReusedTasks = (fn: RegisteredFunction, result: unknown): void => {
  if (durableKindOf(fn) !== "orchestrator") return;
  const { actions } = result as { actions: ActionObject[][] };
  const seen = new Set<ActionObject>();
  const visit = (action: ActionObject): void => {
    if (action.actionType === WAIT_FOR_EXTERNAL_EVENT) return;
    if (seen.has(action)) throw new Error(reuseMessage(action));
    seen.add(action);
    action.compoundActions?.forEach(visit);
  };
  actions.flat().forEach(visit);
};

const reuseMessage = ({ functionName, fireAt }: ActionObject): string => {
  const timer = fireAt ? `the timer for ${fireAt.toISOString()}` : "a compound task";
  const task = functionName ? `the call of '${functionName}'` : timer;
  return `A task was used in more than one Task.any or Task.all: ${task}. Create a new task for each call.`;
};
