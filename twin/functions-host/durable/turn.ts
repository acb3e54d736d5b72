import type { OrchestratorState } from "./call-orchestrator.ts";
import {
  completedTaskId,
  type EventBody,
  EventType,
  type HistoryEvent,
  historyEvent,
  isFailure,
  isoTime,
  played,
} from "./history.ts";
import type { Execution, OpenTask, OpenTimer, Retry } from "./instance.ts";
import { type Call, fingerprint, retryDelayMs, type Step, stepsOf } from "./steps.ts";

/** The state of an instance after a turn. `waiting`: the orchestrator has returned but has open tasks. */
export type Conclusion =
  | { readonly kind: "running" | "waiting" }
  | { readonly kind: "completed"; readonly output: unknown }
  | { readonly kind: "failed"; readonly error: string }
  | { readonly kind: "continued-as-new"; readonly input: unknown };

/**
 * One turn of an orchestration: computes the next state of its execution from one event and the orchestrator's response.
 * It has no side effects; the caller stores or discards the result.
 *
 * Tasks are numbered as in the orchestrator: first those that follow from the event (the delay after a failed attempt, the
 * attempt after the delay), then those of the new actions in order, with the children of compound actions in place.
 */
export class Turn {
  /** The new tasks, in the order of their ids. */
  readonly openedTasks: OpenTask[] = [];
  readonly cancelledTimers: OpenTimer[] = [];
  readonly #before: Execution;
  readonly #now: number;
  readonly #openTasks: Map<number, OpenTask>;
  readonly #events: HistoryEvent[];
  #nextTaskId: number;
  #steps: readonly Step[] = [];
  #state: OrchestratorState | undefined;

  /**
   * @param turnEvents - the start of the turn and the event to process.
   * @param now - milliseconds since the Unix epoch.
   */
  constructor(before: Execution, turnEvents: readonly HistoryEvent[], now: number) {
    this.#before = before;
    this.#now = now;
    this.#openTasks = new Map(before.openTasks);
    this.#events = played(turnEvents);
    this.#nextTaskId = before.nextTaskId;
    for (const event of turnEvents) this.#settle(event);
  }

  /**
   * Applies the actions of the orchestrator.
   * @throws Error for an unsupported action.
   */
  apply(state: OrchestratorState): void {
    this.#state = state;
    this.#steps = stepsOf(state.actions);
    this.#cancelTimers();
    for (const [position, step] of this.#steps.entries()) {
      if (position < this.#before.stepCount) continue;
      if (step.kind === "timer") this.#openTimer({ fireAt: step.fireAt, position, isCancelled: step.isCanceled });
      if (step.kind === "activity" || step.kind === "sub-orchestration") this.#openCall(step, undefined);
    }
  }

  /**
   * An orchestration ends only when it has no open tasks. Source: `TaskOrchestrationExecutor` of DurableTask.Core.
   * @throws Error for `continueAsNew` with an open timer, which breaks the instance on the real extension.
   */
  conclusion(): Conclusion {
    if (!this.#state?.isDone) return { kind: "running" };
    const openTasks = [...this.#openTasks.values()];
    const last = this.#steps.at(-1);
    if (last?.kind === "continue-as-new" && openTasks.some((task) => task.kind === "timer")) {
      throw new Error("continueAsNew was called with an open timer: cancel the timer first.");
    }
    if (openTasks.length > 0) return { kind: "waiting" };
    if (this.#state.error !== undefined) return { kind: "failed", error: this.#state.error };
    if (last?.kind === "continue-as-new") return { kind: "continued-as-new", input: last.input };
    return { kind: "completed", output: this.#state.output };
  }

  /** The execution after this turn. */
  execution(): Execution {
    this.#record({ EventType: EventType.OrchestratorCompleted });
    return {
      ...this.#before,
      history: [...this.#before.history, ...this.#events],
      actions: this.#state?.actions.map(fingerprint) ?? this.#before.actions,
      stepCount: this.#steps.length,
      nextTaskId: this.#nextTaskId,
      openTasks: this.#openTasks,
    };
  }

  #settle(event: HistoryEvent): void {
    const task = this.#openTasks.get(completedTaskId(event) ?? -1);
    if (!task) return;
    this.#openTasks.delete(task.id);
    if (!task.retry) return;
    const { call, failures } = task.retry;
    if (task.kind === "timer") {
      // The orchestrator sees the failure only after a further delay, even after the last attempt.
      if (failures < (call.retryOptions?.maxNumberOfAttempts ?? 0)) this.#openCall(call, task.retry);
    } else if (isFailure(event) && call.retryOptions) {
      const retry = { call, failures: failures + 1 };
      this.#openTimer({ fireAt: this.#now + retryDelayMs(call.retryOptions, retry.failures), retry });
    }
  }

  #cancelTimers(): void {
    for (const task of this.#openTasks.values()) {
      if (task.kind !== "timer" || task.position === undefined) continue;
      const step = this.#steps[task.position];
      if (step?.kind !== "timer" || !step.isCanceled) continue;
      this.#openTasks.delete(task.id);
      this.cancelledTimers.push(task);
    }
  }

  #openCall(call: Call, retry: Retry | undefined): void {
    const id = this.#nextTaskId++;
    const task = { id, call, retry: retry ?? (call.retryOptions && { call, failures: 0 }), hasOutcome: false };
    const opens = { EventId: id, Name: call.functionName };
    if (call.kind === "activity") {
      this.#record({ EventType: EventType.TaskScheduled, ...opens });
      this.#open({ ...task, kind: "activity" });
    } else {
      const childId = call.instanceId ?? `${this.#before.id}:${id}`;
      this.#record({ EventType: EventType.SubOrchestrationInstanceCreated, ...opens, InstanceId: childId });
      this.#open({ ...task, kind: "sub-orchestration", childId });
    }
  }

  #openTimer(timer: { fireAt: number; retry?: Retry; position?: number; isCancelled?: boolean }): void {
    const { fireAt, retry, position, isCancelled } = timer;
    const id = this.#nextTaskId++;
    this.#record({ EventType: EventType.TimerCreated, EventId: id, FireAt: isoTime(fireAt) });
    if (!isCancelled) this.#open({ kind: "timer", id, fireAt, retry, position, hasOutcome: false });
  }

  #open(task: OpenTask): void {
    this.#openTasks.set(task.id, task);
    this.openedTasks.push(task);
  }

  #record(body: EventBody): void {
    this.#events.push(...played([historyEvent(this.#now, body)]));
  }
}
