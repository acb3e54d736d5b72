import type { RegisteredFunction } from "../invocation.ts";
import { durableKindOf } from "./registered-functions.ts";

/** `ActionType.WaitForExternalEvent`: the task of an event may be raced again and again. */
const WAIT_FOR_EXTERNAL_EVENT = 6;

/** An action before it becomes JSON. */
interface ActionObject {
  readonly actionType: number;
  readonly functionName?: string;
  readonly fireAt?: Date;
  readonly compoundActions?: readonly ActionObject[];
}

/**
 * Refuses the result of an orchestrator that used one task in two of `Task.any`, `Task.all`. The real extension takes
 * the task for a second one and runs it again; from there on the two sides number their tasks differently, and results
 * reach the wrong tasks or none. Source: https://github.com/Azure/azure-functions-durable-js/issues/574
 *
 * It shows only as one action object in two places, which JSON does not tell from two equal actions. So the thread that
 * runs the app has to ask here after each call.
 * @param fn - the function that was called; only orchestrators are looked at.
 * @param result - what its handler returned.
 * @throws Error which names the task.
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
  const task = functionName ? `the call of '${functionName}'` : fireAt ? `the timer for ${fireAt.toISOString()}` : "it";
  return `A task was used in two of Task.any and Task.all: ${task}. Make a new task for each race.`;
};
