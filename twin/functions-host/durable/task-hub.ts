import type { Clock } from "../../clock.ts";
import { type EventBody, EventType, historyEvent, played } from "./history.ts";
import { type EndStatus, type Execution, hasEnded, type Instance, type Parent } from "./instance.ts";

/** What Azure counts, and bills, of the durable functions of an app. */
export interface ActionCounts {
  /** Sub-orchestrations and `continueAsNew` included. */
  orchestrationsStarted: number;
  /** Each attempt counts. */
  activitiesScheduled: number;
  /** The pauses between attempts included. */
  timersCreated: number;
  eventsRaised: number;
}

/** What a new instance begins with. `input`: JSON text. */
export interface NewInstance {
  readonly instanceId: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly input: string;
  readonly parent: Parent | undefined;
}

/**
 * The durable state: instances with their histories, inboxes and open tasks. It outlives the hosts that work on it, as
 * Azure Storage does; one host at a time. Each method is one change: it happens as a whole, and cannot fail.
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

  /** All instances, in the order of their creation. */
  instances(): readonly Instance[] {
    return [...this.#instances.values()];
  }

  find(instanceId: string): Instance | undefined {
    return this.#instances.get(instanceId);
  }

  /** A snapshot of what was counted since the task hub was made. */
  actionCounts(): Readonly<ActionCounts> {
    return { ...this.#counts };
  }

  /**
   * Stores a new instance whose first turn is still to come. An ended one of the same id is replaced.
   * @returns `undefined` when an unfinished instance has that id: it is left as it is.
   */
  create({ input, ...head }: NewInstance): Instance | undefined {
    const existing = this.#instances.get(head.instanceId);
    if (existing && !hasEnded(existing)) return undefined;
    const now = this.#clock.now();
    const instance: Instance = {
      ...head,
      createdAt: now,
      updatedAt: now,
      status: "Pending",
      customStatus: null,
      output: null,
      execution: newExecution(input),
      inbox: [],
    };
    this.#instances.delete(head.instanceId); // so that the new one comes last
    this.#instances.set(head.instanceId, instance);
    this.#postExecutionStarted(instance);
    return instance;
  }

  delete(instanceId: string): void {
    this.#instances.delete(instanceId);
  }

  /** Puts an event into the inbox of an unfinished instance. */
  post(instance: Instance, body: EventBody): void {
    instance.inbox.push(historyEvent(this.#clock.now(), body));
    if (body.EventType === EventType.EventRaised) this.#counts.eventsRaised += 1;
  }

  /**
   * Takes over a turn about the first event of the inbox.
   * @param customStatus - `undefined`: as before.
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

  /** Gives an instance without open tasks a new execution. `input`: JSON text. */
  continueAsNew(instance: Instance, input: string): void {
    instance.execution = newExecution(input);
    this.#postExecutionStarted(instance);
  }

  /** @param output - what the orchestrator returned, or the text that says why it did not. */
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

  /** Holds an unfinished instance back from further turns. */
  suspend(instance: Instance): void {
    instance.status = "Suspended";
    instance.updatedAt = this.#clock.now();
  }

  resume(instance: Instance): void {
    instance.status = instance.execution.history.length > 0 ? "Running" : "Pending";
    instance.updatedAt = this.#clock.now();
  }

  /** The first event of an execution goes before events that came early. */
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
