import { isDeepStrictEqual } from "node:util";
import { AppStoppedError, type Invoker } from "../invocation.ts";
import { type HistoryEvent, played } from "./history.ts";
import type { Instance } from "./instance.ts";
import { type Action, fingerprint } from "./steps.ts";

/** The response of an orchestrator in one turn. */
export interface OrchestratorState {
  readonly isDone: boolean;
  /** All actions since the start of the execution. */
  readonly actions: readonly Action[];
  readonly output?: unknown;
  /** The message of the orchestrator's error. */
  readonly error?: string;
  readonly customStatus?: unknown;
}

/** Separates the error message from the state in the error of a failed orchestrator of `durable-functions`. */
const STATE_MARK = "\n\n$OutOfProcData$:";

/** Maximum length of an excerpt of the state in an error message, in characters. */
const EXCERPT_LENGTH = 500;

/**
 * Calls the orchestrator with the history of `instance` and two new events: the start of the turn and the event to
 * process. Then calls it again with all events marked as played, as every later turn does. A deterministic orchestrator
 * responds to both calls in the same way.
 * @throws AppStoppedError when the app is stopped during the call.
 * @throws Error when the orchestrator is not deterministic, or failed outside of the app's code.
 */
export const callOrchestrator = async (
  invoker: Invoker,
  instance: Instance,
  turnEvents: readonly [HistoryEvent, HistoryEvent],
): Promise<OrchestratorState> => {
  const { history, actions } = instance.execution;
  const state = await callOnce(invoker, instance, [...history, ...turnEvents]);
  const [turnStart] = turnEvents; // repeated at the end, so that all events before it are a replay
  const replayed = await callOnce(invoker, instance, [...history, ...played(turnEvents), turnStart]);
  if (!isDeepStrictEqual(state, replayed)) {
    const reason = "two calls with the same history returned different states";
    throw nonDeterministic(instance, { reason, first: state, second: replayed });
  }
  const repeated = state.actions.slice(0, actions.length).map(fingerprint);
  if (!isDeepStrictEqual(repeated, actions)) {
    const reason = "its actions no longer start with those of its earlier turns";
    throw nonDeterministic(instance, { reason, first: actions, second: repeated });
  }
  return state;
};

const nonDeterministic = (
  { name }: Instance,
  { reason, first, second }: { reason: string; first: unknown; second: unknown },
): Error => {
  const excerpt = (state: unknown): string => JSON.stringify(state).slice(0, EXCERPT_LENGTH);
  return new Error(
    `Orchestrator '${name}' is not deterministic: ${reason}. First: ${excerpt(first)} Then: ${excerpt(second)}`,
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
    upperSchemaVersionNew: 3, // V4, the latest version that `durable-functions` 3.5 supports
    longRunningTimerIntervalDuration: "3.00:00:00",
    maximumShortTimerDuration: "6.00:00:00",
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000, // misspelt in the protocol
  });

const readState = (json: string | undefined): OrchestratorState => {
  if (json === undefined) throw new Error("The orchestrator returned no state.");
  const state: Omit<OrchestratorState, "actions"> & { actions: [Action[]] } = JSON.parse(json);
  return { ...state, actions: state.actions[0] };
};
