import type { HistoryEvent } from "./history.ts";
import type { Call } from "./steps.ts";

/** The values of `OrchestrationRuntimeStatus` of `durable-functions` that the twin uses. */
type RuntimeStatus = "Pending" | "Running" | "Suspended" | "Completed" | "Failed" | "Terminated";
export type EndStatus = Extract<RuntimeStatus, "Completed" | "Failed" | "Terminated">;

/** A call with a retry policy. */
export interface Retry {
  readonly call: Call;
  /** The number of failed attempts. */
  readonly failures: number;
}

interface OpenTaskBase {
  /** Unique in one execution. The orchestrator numbers its tasks in the same way but does not send the numbers. */
  readonly id: number;
  readonly retry: Retry | undefined;
  /** The outcome is in the inbox or processed; the task itself is finished. */
  hasOutcome: boolean;
}
export interface OpenActivity extends OpenTaskBase {
  readonly kind: "activity";
  readonly call: Call;
}
export interface OpenSubOrchestration extends OpenTaskBase {
  readonly kind: "sub-orchestration";
  readonly call: Call;
  readonly childId: string;
}
export interface OpenTimer extends OpenTaskBase {
  readonly kind: "timer";
  /** Milliseconds since the Unix epoch. */
  readonly fireAt: number;
  /** Index of its step among all steps of the execution; `undefined` for the delay before a retry. */
  readonly position: number | undefined;
}
/** A task whose outcome the orchestration has not processed yet. */
export type OpenTask = OpenActivity | OpenSubOrchestration | OpenTimer;

/** The task of another instance that waits for this one. */
export interface Parent {
  readonly instanceId: string;
  readonly executionId: string;
  readonly taskId: number;
}

/** One run of an orchestrator until its end or its `continueAsNew`. Immutable: a turn replaces it as a whole. */
export interface Execution {
  readonly id: string;
  /** JSON text. */
  readonly input: string;
  readonly history: readonly HistoryEvent[];
  /** The fingerprints of all actions so far. Later turns must start with the same actions. */
  readonly actions: readonly string[];
  readonly stepCount: number;
  readonly nextTaskId: number;
  readonly openTasks: ReadonlyMap<number, OpenTask>;
}

/** One orchestration instance. Plain data that changes only between turns. Times in milliseconds since the Unix epoch. */
export interface Instance {
  readonly instanceId: string;
  /** The name of the orchestrator, with the case in which it was registered. */
  readonly name: string;
  readonly version: string | undefined;
  readonly parent: Parent | undefined;
  readonly createdAt: number;
  updatedAt: number;
  status: RuntimeStatus;
  customStatus: unknown;
  output: unknown;
  execution: Execution;
  /** Events that are not processed yet, oldest first. */
  inbox: HistoryEvent[];
}

export const hasEnded = (instance: Instance): boolean =>
  instance.status === "Completed" || instance.status === "Failed" || instance.status === "Terminated";

/** Source: limits of Azure Storage keys, "Instance IDs" in the documentation of Durable Functions. */
const LONGEST_INSTANCE_ID = 256;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression matches control characters
const FORBIDDEN_IN_INSTANCE_ID = /[/\\#?\u0000-\u001f\u007f-\u009f]/;

/** @returns the reason why `id` is not a valid instance id; `undefined` when it is valid. */
export const instanceIdProblem = (id: string): string | undefined => {
  if (id.length === 0 || id.length > LONGEST_INSTANCE_ID) {
    return `Instance IDs must have 1 to ${LONGEST_INSTANCE_ID} characters.`;
  }
  if (id.startsWith("@")) return "Instance IDs must not start with '@'.";
  if (FORBIDDEN_IN_INSTANCE_ID.test(id)) return "Instance IDs must not contain /, \\, #, ? or control characters.";
  return undefined;
};
