import { isDeepStrictEqual } from "node:util";
import { AppStoppedError, type Invoker } from "../invocation.ts";
import { type HistoryEvent, played } from "./history.ts";
import type { Instance } from "./instance.ts";
import { type Action, fingerprint } from "./steps.ts";

/** What the orchestrator answered in one turn. */
export interface OrchestratorState {
  readonly isDone: boolean;
  /** All actions since the start of the execution. */
  readonly actions: readonly Action[];
  readonly output?: unknown;
  /** The message of what the orchestrator threw. */
  readonly error?: string;
  readonly customStatus?: unknown;
}

/** `durable-functions` puts the state of an orchestrator that throws behind this mark in the error's message. */
const STATE_MARK = "\n\n$OutOfProcData$:";

/** Longest excerpt of a state in an error message, in characters. */
const EXCERPT_LENGTH = 500;

/**
 * Calls the orchestrator with the history of `instance` and two events more, the start of this turn and the event that
 * it is about; then once more with all of it marked as played, which is how every later turn will see it. A deterministic
 * orchestrator cannot tell the two calls apart.
 * @throws AppStoppedError when the app stopped meanwhile.
 * @throws Error when the orchestrator is not deterministic, or failed outside of its own code.
 */
export const callOrchestrator = async (
  invoker: Invoker,
  instance: Instance,
  turnEvents: readonly [HistoryEvent, HistoryEvent],
): Promise<OrchestratorState> => {
  const { history, actions } = instance.execution;
  const state = await callOnce(invoker, instance, [...history, ...turnEvents]);
  const [turnStart] = turnEvents; // once more at the end: for the orchestrator, all before it is replay
  const replayed = await callOnce(invoker, instance, [...history, ...played(turnEvents), turnStart]);
  if (!isDeepStrictEqual(state, replayed)) {
    throw nonDeterministic(instance, "two calls with the same history gave different states", state, replayed);
  }
  const repeated = state.actions.slice(0, actions.length).map(fingerprint);
  if (!isDeepStrictEqual(repeated, actions)) {
    throw nonDeterministic(instance, "its actions no longer begin with those of its earlier turns", actions, repeated);
  }
  return state;
};

const nonDeterministic = (instance: Instance, what: string, first: unknown, second: unknown): Error => {
  const excerpt = (state: unknown): string => JSON.stringify(state).slice(0, EXCERPT_LENGTH);
  return new Error(
    `Orchestrator '${instance.name}' is not deterministic: ${what}. First: ${excerpt(first)} Then: ${excerpt(second)}`,
  );
};

const callOnce = async (invoker: Invoker, instance: Instance, history: HistoryEvent[]): Promise<OrchestratorState> => {
  try {
    const { returnValue } = await invoker.invoke(instance.name, { string: triggerInput(instance, history) });
    return readState(returnValue?.json ?? returnValue?.string);
  } catch (error) {
    if (error instanceof AppStoppedError || !(error instanceof Error)) throw error;
    const mark = error.message.indexOf(STATE_MARK);
    if (mark < 0) throw error;
    const state = readState(error.message.slice(mark + STATE_MARK.length));
    return { ...state, isDone: true, error: state.error ?? "an error without a message" };
  }
};

/** Source: `OrchestrationTriggerAttributeBindingProvider.OrchestrationContextToString` of the extension. */
const triggerInput = (instance: Instance, history: readonly HistoryEvent[]): string =>
  JSON.stringify({
    instanceId: instance.instanceId,
    isReplaying: false,
    parentInstanceId: instance.parent?.instanceId ?? null,
    input: JSON.parse(instance.execution.input),
    history,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 3, // V4, the newest that `durable-functions` 3.5 speaks
    longRunningTimerIntervalDuration: "3.00:00:00",
    maximumShortTimerDuration: "6.00:00:00",
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000, // misspelt on the wire, too
  });

const readState = (json: string | undefined): OrchestratorState => {
  if (json === undefined) throw new Error("The orchestrator returned no state.");
  const state: Omit<OrchestratorState, "actions"> & { actions: [Action[]] } = JSON.parse(json);
  return { ...state, actions: state.actions[0] };
};
