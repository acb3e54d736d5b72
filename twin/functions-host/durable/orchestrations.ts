import type { Clock } from "../../clock.ts";
import type { Invoker } from "../invocation.ts";
import type { LogLevel } from "../log.ts";
import type { Decision } from "./decide-turn.ts";
import { type EventBody, EventType } from "./history.ts";
import {
  type EndStatus,
  type Instance,
  instanceIdProblem,
  type OpenSubOrchestration,
  type OpenTask,
} from "./instance.ts";
import { requireFunction } from "./registered-functions.ts";
import type { NewInstance, TaskHub } from "./task-hub.ts";
import { TaskRunner } from "./task-runner.ts";
import { TurnLoop } from "./turn-loop.ts";

export interface OrchestrationsOptions {
  /** All state. Only one `Orchestrations` may use it at a time. */
  readonly taskHub: TaskHub;
  readonly invoker: Invoker;
  readonly clock: Clock;
  readonly log: (level: LogLevel, message: string) => void;
}

/**
 * Runs the instances of a task hub: the turns of orchestrators, and activities and timers between them. All state is in
 * the task hub and changes atomically between turns, so that after a stop another object can continue at any time.
 */
export class Orchestrations {
  readonly #taskHub: TaskHub;
  readonly #invoker: Invoker;
  readonly #log: OrchestrationsOptions["log"];
  readonly #tasks: TaskRunner;
  readonly #turns: TurnLoop;

  constructor({ taskHub, invoker, clock, log }: OrchestrationsOptions) {
    this.#taskHub = taskHub;
    this.#invoker = invoker;
    this.#log = log;
    this.#tasks = new TaskRunner({ invoker, clock, onOutcome: (...outcome) => this.#receiveOutcome(...outcome) });
    this.#turns = new TurnLoop({ invoker, clock, onDecision: (...decision) => this.#applyDecision(...decision) });
  }

  /** The number of turns and activities in progress. */
  get inFlight(): number {
    return this.#turns.turnsInFlight + this.#tasks.activitiesInFlight;
  }

  /** Continues all unfinished instances. Activities without an outcome run again. */
  resumeAll(): void {
    this.#turns.start();
    for (const instance of this.#taskHub.instances()) {
      for (const task of instance.execution.openTasks.values()) {
        if (!task.hasOutcome && task.kind !== "sub-orchestration") this.#tasks.start(instance, task);
      }
      this.#turns.advance(instance);
    }
  }

  /** Stops for good. The outcome of turns and activities in progress is ignored. */
  stop(): void {
    this.#turns.stop();
    this.#tasks.stop();
  }

  /** @returns `undefined` when an unfinished instance has the same id. */
  start(newInstance: NewInstance): Instance | undefined {
    const instance = this.#taskHub.create(newInstance);
    if (instance) this.#turns.advance(instance);
    return instance;
  }

  /** @param input - JSON text. */
  raiseEvent(instance: Instance, name: string, input: string): void {
    this.#post(instance, { EventType: EventType.EventRaised, Name: name, Input: input });
  }

  /** Ends an unfinished instance. Its activities and sub-orchestrations continue, but their outcome is ignored. */
  terminate(instance: Instance, reason: string): void {
    this.#end(instance, "Terminated", reason);
  }

  /** Events stay in the inbox until the instance is resumed. */
  suspend(instance: Instance): void {
    this.#taskHub.suspend(instance);
  }

  resume(instance: Instance): void {
    if (instance.status !== "Suspended") return;
    this.#taskHub.resume(instance);
    this.#turns.advance(instance);
  }

  #post(instance: Instance, body: EventBody): void {
    this.#taskHub.post(instance, body);
    this.#turns.advance(instance);
  }

  /** Ignores the outcome when the instance has ended or no longer has the task. */
  #receiveOutcome(instance: Instance, task: OpenTask, body: EventBody): void {
    if (instance.execution.openTasks.get(task.id) !== task) return;
    task.hasOutcome = true;
    this.#post(instance, body);
  }

  #applyDecision(instance: Instance, { turn, conclusion, customStatus }: Decision): void {
    this.#taskHub.completeTurn(instance, turn.execution(), customStatus);
    for (const timer of turn.cancelledTimers) this.#tasks.cancel(timer);
    switch (conclusion.kind) {
      case "running":
        this.#startTasks(instance, turn.openedTasks);
        break;
      case "waiting":
        this.#startTasks(instance, turn.openedTasks);
        this.#log(
          "information",
          `${describe(instance)} has returned; it stays Running until its open tasks are completed.`,
        );
        break;
      case "continued-as-new":
        this.#taskHub.continueAsNew(instance, JSON.stringify(conclusion.input ?? null));
        break;
      case "completed":
        this.#end(instance, "Completed", conclusion.output ?? null);
        break;
      case "failed":
        this.#end(instance, "Failed", `Orchestrator function '${instance.name}' failed: ${conclusion.error}`);
    }
  }

  #startTasks(instance: Instance, tasks: readonly OpenTask[]): void {
    for (const task of tasks) {
      if (task.kind === "sub-orchestration") this.#startChild(instance, task);
      else this.#tasks.start(instance, task);
    }
  }

  #startChild(instance: Instance, task: OpenSubOrchestration): void {
    const { childId, call } = task;
    const { name } = requireFunction(this.#invoker, call.functionName, "orchestrator");
    const parent = { instanceId: instance.instanceId, executionId: instance.execution.id, taskId: task.id };
    const input = JSON.stringify(call.input ?? null);
    const problem = instanceIdProblem(childId);
    if (!problem && this.start({ instanceId: childId, name, version: call.version, input, parent })) return;
    this.#receiveOutcome(
      instance,
      task,
      childFailed(task, problem ?? `An unfinished instance has the ID '${childId}'.`),
    );
  }

  #end(instance: Instance, status: EndStatus, output: unknown): void {
    for (const task of instance.execution.openTasks.values()) if (task.kind === "timer") this.#tasks.cancel(task);
    this.#taskHub.end(instance, status, output);
    const details = status === "Completed" ? "" : ` ${output}`;
    this.#log(status === "Failed" ? "error" : "information", `${describe(instance)} has ended: ${status}.${details}`);
    this.#notifyParent(instance);
  }

  #notifyParent({ parent, status, output }: Instance): void {
    const waiting = parent && this.#taskHub.find(parent.instanceId);
    if (!waiting || waiting.execution.id !== parent.executionId) return;
    const task = waiting.execution.openTasks.get(parent.taskId);
    if (task?.kind !== "sub-orchestration") return;
    this.#receiveOutcome(
      waiting,
      task,
      status === "Completed" ? childCompleted(task, output) : childFailed(task, `${output}`),
    );
  }
}

const describe = ({ name, instanceId }: Instance): string => `Orchestration '${name}' (${instanceId})`;

const childCompleted = ({ id }: OpenSubOrchestration, output: unknown): EventBody => ({
  EventType: EventType.SubOrchestrationInstanceCompleted,
  TaskScheduledId: id,
  Result: JSON.stringify(output),
});

const childFailed = ({ id, call, childId }: OpenSubOrchestration, reason: string): EventBody => ({
  EventType: EventType.SubOrchestrationInstanceFailed,
  TaskScheduledId: id,
  Reason: `The sub-orchestrator function '${call.functionName}' failed: ${reason}`,
  Details: `Instance ID: ${childId}`,
});
