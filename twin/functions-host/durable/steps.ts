/**
 * The actions of an orchestrator. In every turn it returns all actions since the start of the execution, with a compound
 * action for every `Task.all` and `Task.any`. The host flattens them to steps.
 */

/** One action in the form of `durable-functions`. */
export interface Action {
  readonly actionType: number;
  readonly functionName?: string;
  /** Input of an activity or `continueAsNew`. A string is JSON text; other values stand for themselves. */
  readonly input?: unknown;
  readonly instanceId?: string;
  readonly version?: string;
  readonly retryOptions?: RetryOptions;
  readonly fireAt?: string;
  readonly isCanceled?: boolean;
  readonly compoundActions?: readonly Action[];
}

/** Source: `RetryOptions` of `durable-functions`. */
export interface RetryOptions {
  readonly firstRetryIntervalInMilliseconds: number;
  readonly maxNumberOfAttempts: number;
  readonly backoffCoefficient?: number;
  readonly maxRetryIntervalInMilliseconds?: number;
  readonly retryTimeoutInMilliseconds?: number;
}

/** A call of an activity or a sub-orchestration. */
export interface Call {
  readonly kind: "activity" | "sub-orchestration";
  readonly functionName: string;
  readonly input: unknown;
  readonly retryOptions: RetryOptions | undefined;
  /** The id of a sub-orchestration if the app chooses it. */
  readonly instanceId: string | undefined;
  readonly version: string | undefined;
}

export type Step =
  | Call
  | { readonly kind: "timer"; readonly fireAt: number; readonly isCanceled: boolean }
  | { readonly kind: "wait-for-event" }
  | { readonly kind: "continue-as-new"; readonly input: unknown };

/** Source: `ActionType` of `durable-functions`. */
const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  WhenAny: 11,
  WhenAll: 12,
} as const;

/** The end of all messages about unsupported features. */
export const NOT_SUPPORTED = "is not supported by the twin.";

/** Unsupported features by `actionType`. */
const UNSUPPORTED: Readonly<Record<number, string>> = {
  7: "callEntity",
  8: "callHttp",
  9: "signalEntity",
  10: "scheduled signalEntity",
  13: "lock",
  14: "lock release",
};

/**
 * Flattens actions to steps, in the order in which orchestrator and host number their tasks.
 * @throws Error for an unsupported action.
 */
export const stepsOf = (actions: readonly Action[]): Step[] => actions.flatMap(stepsOfAction);

const stepsOfAction = (action: Action): Step[] => {
  switch (action.actionType) {
    case ActionType.CallActivity:
    case ActionType.CallActivityWithRetry:
      return [callOf("activity", action)];
    case ActionType.CallSubOrchestrator:
    case ActionType.CallSubOrchestratorWithRetry:
      return [callOf("sub-orchestration", action)];
    case ActionType.ContinueAsNew:
      return [{ kind: "continue-as-new", input: action.input }];
    case ActionType.CreateTimer:
      return [{ kind: "timer", fireAt: Date.parse(action.fireAt ?? ""), isCanceled: action.isCanceled ?? false }];
    case ActionType.WaitForExternalEvent:
      return [{ kind: "wait-for-event" }];
    case ActionType.WhenAny:
    case ActionType.WhenAll:
      return stepsOf(action.compoundActions ?? []);
    default:
      throw new Error(`${UNSUPPORTED[action.actionType] ?? `Action ${action.actionType}`} ${NOT_SUPPORTED}`);
  }
};

const callOf = (kind: Call["kind"], action: Action): Call => {
  const { functionName = "", input, retryOptions, instanceId, version } = action;
  if (retryOptions?.retryTimeoutInMilliseconds !== undefined) {
    // The real host stops retrying at the timeout, but the orchestrator is not notified and never ends.
    throw new Error(`RetryOptions.retryTimeoutInMilliseconds ${NOT_SUPPORTED}`);
  }
  if (retryOptions && retryOptions.maxNumberOfAttempts < 1) {
    throw new Error("RetryOptions.maxNumberOfAttempts must be at least 1.");
  }
  return { kind, functionName, input, retryOptions, instanceId: instanceId || undefined, version };
};

/** Identifies an action in later turns. Cancelling a timer changes its action but not its fingerprint. */
export const fingerprint = (action: Action): string => JSON.stringify(identityOf(action));

const identityOf = ({ isCanceled: _, compoundActions, ...action }: Action): object =>
  compoundActions ? { ...action, compoundActions: compoundActions.map(identityOf) } : action;

/** Default of the maximum retry interval: 6 days. Source: `RetryOptions` of the extension. */
const DEFAULT_MAX_RETRY_INTERVAL_MS = 6 * 86_400_000;

/**
 * The delay after a failed attempt, in milliseconds. Source: `RetryInterceptor` of DurableTask.Core.
 * @param failures - the number of failed attempts, at least 1.
 */
export const retryDelayMs = (options: RetryOptions, failures: number): number =>
  Math.min(
    options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** (failures - 1),
    options.maxRetryIntervalInMilliseconds ?? DEFAULT_MAX_RETRY_INTERVAL_MS,
  );
