import type { Clock } from "../../clock.ts";
import { type EventBody, EventType, historyEvent, played } from "./history.ts";
import { type EndStatus, type Execution, hasEnded, type Instance, type Parent } from "./instance.ts";

/** The actions of durable functions that Azure bills. */
export interface ActionCounts {
  /** Includes sub-orchestrations and `continueAsNew`. */
  orchestrationsStarted: number;
  /** Includes retries. */
  activitiesScheduled: number;
  /** Includes the delays before retries. */
  timersCreated: number;
  eventsRaised: number;
}

/** The parameters of a new instance. */
export interface NewInstance {
  readonly instanceId: string;
  readonly name: string;
  readonly version: string | undefined;
  /** JSON text. */
  readonly input: string;
  readonly parent: Parent | undefined;
}

/**
 * The state of durable functions: instances with their histories, inboxes and open tasks. Like Azure Storage it survives
 * the host that uses it; only one host may use it at a time. Every method is atomic and cannot fail.
 */
export class TaskHub {
  readonly #clock: Clock;
  readonly #instances = new Map<string, Instance>();
  readonly #counts: ActionCounts = {
    orchestrationsStarted: 0,
    activitiesScheduled: 0,
    timersCreated: 0,
    eventsRaised: 0,
  };

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  /** All instances, oldest first. */
  instances(): readonly Instance[] {
    return [...this.#instances.values()];
  }

  find(instanceId: string): Instance | undefined {
    return this.#instances.get(instanceId);
  }

  /** A snapshot of the counts since the creation of the task hub. */
  actionCounts(): Readonly<ActionCounts> {
    return { ...this.#counts };
  }

  /**
   * Adds an instance and replaces an ended one with the same id.
   * @returns `undefined`, without a change, when an unfinished instance has the same id.
   */
  create({ input, ...identity }: NewInstance): Instance | undefined {
    const existing = this.#instances.get(identity.instanceId);
    if (existing && !hasEnded(existing)) return undefined;
    const now = this.#clock.now();
    const instance: Instance = {
      ...identity,
      createdAt: now,
      updatedAt: now,
      status: "Pending",
      customStatus: null,
      output: null,
      execution: newExecution(input),
      inbox: [],
    };
    this.#instances.delete(identity.instanceId); // moves the key to the end
    this.#instances.set(identity.instanceId, instance);
    this.#postExecutionStarted(instance);
    return instance;
  }

  delete(instanceId: string): void {
    this.#instances.delete(instanceId);
  }

  /** Adds an event to the inbox of an unfinished instance. */
  post(instance: Instance, body: EventBody): void {
    instance.inbox.push(historyEvent(this.#clock.now(), body));
    if (body.EventType === EventType.EventRaised) this.#counts.eventsRaised += 1;
  }

  /**
   * Stores the result of the turn for the first event of the inbox.
   * @param customStatus - `undefined` keeps the current one.
   */
  completeTurn(instance: Instance, execution: Execution, customStatus: unknown): void {
    instance.inbox.shift();
    for (const [id, { kind }] of execution.openTasks) {
      if (id < instance.execution.nextTaskId) continue;
      if (kind === "activity") this.#counts.activitiesScheduled += 1;
      if (kind === "timer") this.#counts.timersCreated += 1;
    }
    instance.execution = execution;
    if (instance.status === "Pending") instance.status = "Running";
    if (customStatus !== undefined) instance.customStatus = customStatus;
    instance.updatedAt = this.#clock.now();
  }

  /** Starts a new execution of an instance without open tasks. @param input - JSON text. */
  continueAsNew(instance: Instance, input: string): void {
    instance.execution = newExecution(input);
    this.#postExecutionStarted(instance);
  }

  /** @param output - the return value of the orchestrator, or the reason of its failure or termination. */
  end(instance: Instance, status: EndStatus, output: unknown): void {
    const body: EventBody =
      status === "Terminated"
        ? { EventType: EventType.ExecutionTerminated, Input: JSON.stringify(output) }
        : { EventType: EventType.ExecutionCompleted, OrchestrationStatus: status, Result: JSON.stringify(output) };
    const { execution } = instance;
    const history = [...execution.history, ...played([historyEvent(this.#clock.now(), body)])];
    instance.execution = { ...execution, history, openTasks: new Map() };
    instance.status = status;
    instance.output = output;
    instance.inbox = [];
    instance.updatedAt = this.#clock.now();
  }

  /** Stops the turns of an unfinished instance until `resume`. */
  suspend(instance: Instance): void {
    instance.status = "Suspended";
    instance.updatedAt = this.#clock.now();
  }

  resume(instance: Instance): void {
    instance.status = instance.execution.history.length > 0 ? "Running" : "Pending";
    instance.updatedAt = this.#clock.now();
  }

  /** Adds the first event of an execution, before events that arrived earlier. */
  #postExecutionStarted(instance: Instance): void {
    const { name, version, execution } = instance;
    const body = { EventType: EventType.ExecutionStarted, Name: name, Input: execution.input, Version: version };
    instance.inbox.unshift(historyEvent(this.#clock.now(), body));
    this.#counts.orchestrationsStarted += 1;
  }
}

const newExecution = (input: string): Execution => ({
  id: crypto.randomUUID().replaceAll("-", ""),
  input,
  history: [],
  actions: [],
  stepCount: 0,
  nextTaskId: 0,
  openTasks: new Map(),
});
