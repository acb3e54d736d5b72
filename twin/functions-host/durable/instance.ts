import type { HistoryEvent } from "./history.ts";
import type { Call } from "./steps.ts";

/** Source: `OrchestrationRuntimeStatus` of `durable-functions`; these are the ones the local host produces. */
type RuntimeStatus = "Pending" | "Running" | "Suspended" | "Completed" | "Failed" | "Terminated";
export type EndStatus = Extract<RuntimeStatus, "Completed" | "Failed" | "Terminated">;

/** A call that is made again when it fails. */
export interface Retry {
  readonly call: Call;
  /** Attempts that have failed so far. */
  readonly failures: number;
}

interface OpenTaskBase {
  /** Unique in one execution; the orchestrator counts its tasks in the same way and never tells the numbers. */
  readonly id: number;
  readonly retry: Retry | undefined;
  /** The answer is in the inbox (or processed): nothing more is to be done for the task. */
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
  /** Where its step stands among all steps of the execution; `undefined` for the pause before a retry. */
  readonly position: number | undefined;
}
/** What an orchestration has asked for and not yet seen the outcome of. */
export type OpenTask = OpenActivity | OpenSubOrchestration | OpenTimer;

/** The task of another instance that waits for this one. */
export interface Parent {
  readonly instanceId: string;
  readonly executionId: string;
  readonly taskId: number;
}

/**
 * One run of an orchestrator from its first turn to its end or to its `continueAsNew`. It is replaced as a whole, never
 * half changed, when a turn is over.
 */
export interface Execution {
  readonly id: string;
  /** JSON text. */
  readonly input: string;
  readonly history: readonly HistoryEvent[];
  /** One fingerprint for each action taken so far; later turns must begin with the same ones. */
  readonly actions: readonly string[];
  readonly stepCount: number;
  readonly nextTaskId: number;
  readonly openTasks: ReadonlyMap<number, OpenTask>;
}

/** One orchestration instance: plain data, changed only between turns. Times are milliseconds since the Unix epoch. */
export interface Instance {
  readonly instanceId: string;
  /** The orchestrator's name as the app registered it. */
  readonly name: string;
  readonly version: string | undefined;
  readonly parent: Parent | undefined;
  readonly createdAt: number;
  updatedAt: number;
  status: RuntimeStatus;
  customStatus: unknown;
  output: unknown;
  execution: Execution;
  /** Events that await their turn, oldest first. */
  inbox: HistoryEvent[];
}

export const hasEnded = (instance: Instance): boolean =>
  instance.status === "Completed" || instance.status === "Failed" || instance.status === "Terminated";

/** Source: limits of Azure Storage keys, "Instance IDs" in the documentation of Durable Functions. */
const LONGEST_INSTANCE_ID = 256;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const FORBIDDEN_IN_INSTANCE_ID = /[/\\#?\u0000-\u001f\u007f-\u009f]/;

/** Why `id` cannot be the id of an instance; `undefined` when it can. */
export const instanceIdProblem = (id: string): string | undefined => {
  if (id.length === 0 || id.length > LONGEST_INSTANCE_ID) {
    return `Instance IDs must have 1 to ${LONGEST_INSTANCE_ID} characters.`;
  }
  if (id.startsWith("@")) return "Instance IDs must not start with '@'.";
  if (FORBIDDEN_IN_INSTANCE_ID.test(id)) return "Instance IDs must not contain /, \\, #, ? or control characters.";
  return undefined;
};
