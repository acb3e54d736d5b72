import type { Clock } from "../../clock.ts";
import { BrokerError } from "../broker-error.ts";
import { DuplicateDetection } from "./duplicate-detection.ts";
import { type LockedMessage, LockedMessages } from "./locked-messages.ts";
import type { Delivery, Entry, Message, Properties, QueuedMessage } from "./message.ts";
import { deadLetterQueueProperties, type QueueProperties } from "./queue-settings.ts";
import { QueueStore } from "./queue-store.ts";
import { type SessionLock, Sessions } from "./sessions.ts";

/** How many messages of a queue are in which state. */
export interface QueueSnapshot {
  readonly active: number;
  readonly locked: number;
  readonly scheduled: number;
  readonly deferred: number;
  readonly deadLettered: number;
}

export interface DeadLetterReason {
  readonly reason: string | undefined;
  readonly description: string | undefined;
}

/** The lane of all messages in a queue without sessions. With sessions, each session has a lane by its id. */
const NO_SESSION = "";

/**
 * The messages of one queue and the rules by which they are received, settled, locked, scheduled and dead-lettered.
 * A message is in one place at a time: waiting in a lane, locked, deferred, scheduled, or gone.
 */
export class Queue {
  readonly properties: QueueProperties;
  /** Where messages go that cannot be processed; a dead-letter queue has none. */
  readonly deadLetters: Queue | undefined;
  /** Present if the queue requires sessions. */
  readonly sessions: Sessions | undefined;
  /** Called when a lane may have a message to receive. Set by whoever serves the receivers. */
  onAvailable: (lane: string) => void = () => {};

  readonly #clock: Clock;
  readonly #duplicateDetection: DuplicateDetection | undefined;
  readonly #store: QueueStore;
  readonly #locked: LockedMessages;
  #lastSequenceNumber = 0;

  constructor(rules: QueueProperties, clock: Clock, deadLetters?: Queue) {
    const { lockDurationMs: lockMs } = rules;
    this.properties = rules;
    this.deadLetters = deadLetters;
    this.#clock = clock;
    if (rules.duplicateWindowMs > 0) this.#duplicateDetection = new DuplicateDetection(clock, rules.duplicateWindowMs);
    this.#store = new QueueStore({
      clock,
      nextSequenceNumber: () => this.#nextSequenceNumber(),
      sessionIdOf: ({ message }) => (rules.requiresSession ? (message.sessionId ?? NO_SESSION) : NO_SESSION),
      onAvailable: (lane) => this.#notifyAvailable(lane),
      onExpired: (entry) => this.#expire(entry),
    });
    if (rules.requiresSession) {
      const onUnlocked = (lock: SessionLock, ranOut: boolean) => this.#requeueSession(lock, ranOut);
      this.sessions = new Sessions({
        clock,
        lockDurationMs: lockMs,
        sessionIds: () => this.#store.sessionIds(),
        onUnlocked,
      });
    }
    const onExpired = ({ entry }: LockedMessage) => this.#countDelivery(entry);
    this.#locked = new LockedMessages({ clock, lockDurationMs: lockMs, sessions: this.sessions, onExpired });
  }

  /** A queue together with its dead-letter queue. */
  static withDeadLetters(rules: QueueProperties, clock: Clock): Queue {
    return new Queue(rules, clock, new Queue(deadLetterQueueProperties(rules), clock));
  }

  /**
   * Accepts messages, all or none.
   * @returns their sequence numbers; 0 for one that repeats an earlier message id and is dropped.
   * @throws BrokerError `amqp:not-allowed` when the queue requires sessions and a message names none.
   */
  send(messages: readonly Message[]): number[] {
    if (this.properties.requiresSession && messages.some((message) => message.sessionId === undefined)) {
      throw new BrokerError(
        "amqp:not-allowed",
        `The SessionId was not set on a message, and it cannot be sent to the entity '${this.properties.name}'.`,
      );
    }
    return messages.map((message) => this.#accept(message));
  }

  /** @throws BrokerError `com.microsoft:message-not-found` when one of them is not scheduled; then none is cancelled. */
  cancelScheduled(sequenceNumbers: readonly number[]): void {
    this.#store.cancelScheduled(sequenceNumbers);
  }

  /** Messages in any state, by sequence number, without touching them. */
  peek(from: number, count: number, sessionId?: string): QueuedMessage[] {
    const all: QueuedMessage[] = [...this.#store, ...Array.from(this.#locked, ({ entry }) => entry)];
    return all
      .filter((queued) => queued.sequenceNumber >= from)
      .filter((queued) => sessionId === undefined || queued.message.sessionId === sessionId)
      .sort((a, b) => a.sequenceNumber - b.sequenceNumber)
      .slice(0, count);
  }

  /** Locks the next message, of the session if the queue has sessions. */
  receive(session?: SessionLock): Delivery | undefined {
    const entry = this.#store.takeNext(sessionIdOf(session));
    return entry && this.#lock(entry, session);
  }

  /** Takes the next message out of the queue for good. */
  receiveAndDelete(session?: SessionLock): QueuedMessage | undefined {
    return this.#store.takeNext(sessionIdOf(session));
  }

  /**
   * Locks deferred messages, which can be had in no other way.
   * @throws BrokerError `com.microsoft:message-not-found` when one of them is not deferred, `session-lock-lost` when it
   *   is of another session; then none is locked.
   */
  receiveDeferred(sequenceNumbers: readonly number[], session?: SessionLock): Delivery[] {
    const entries = this.#store.takeDeferred(sequenceNumbers, sessionIdOf(session));
    return entries.map((entry) => this.#lock(entry, session));
  }

  /** Takes deferred messages out of the queue for good; throws as `receiveDeferred` does. */
  receiveAndDeleteDeferred(sequenceNumbers: readonly number[], session?: SessionLock): QueuedMessage[] {
    return this.#store.takeDeferred(sequenceNumbers, sessionIdOf(session));
  }

  /** Removes a message that was processed. Throws as `abandon` does. */
  complete(token: Buffer): void {
    this.#unlock(token);
  }

  /**
   * Gives a message back to be delivered again at once, or dead-letters it when that was its last delivery.
   * @throws BrokerError `com.microsoft:message-lock-lost`, or `session-lock-lost` in a queue with sessions.
   */
  abandon(token: Buffer, changes: Properties = new Map()): void {
    this.#countDelivery(this.#unlock(token, changes));
  }

  /** Puts a message aside until it is asked for by its sequence number. Throws as `abandon` does. */
  defer(token: Buffer, changes: Properties = new Map()): void {
    const entry = this.#unlock(token, changes);
    entry.deliveryCount += 1;
    this.#store.defer(entry);
  }

  /**
   * Moves a message to the dead-letter queue. Throws as `abandon` does.
   * @throws BrokerError `amqp:not-allowed` when this is a dead-letter queue.
   */
  deadLetter(token: Buffer, why: DeadLetterReason, changes: Properties = new Map()): void {
    if (!this.deadLetters) throw new BrokerError("amqp:not-allowed", "A dead-letter queue has no dead-letter queue.");
    this.#moveToDeadLetters(this.#unlock(token, changes), why);
  }

  /**
   * Makes a message lock last its full time again. Throws as `abandon` does.
   * @returns when it ends, in milliseconds since the Unix epoch.
   * @throws BrokerError `amqp:not-allowed` for a message that its session's lock protects.
   */
  renewLock(token: Buffer): number {
    return this.#locked.renew(token);
  }

  snapshot(): QueueSnapshot {
    const dead = this.deadLetters?.snapshot();
    const deadLettered = dead ? dead.active + dead.locked + dead.deferred : 0;
    return { ...this.#store.sizes, locked: this.#locked.size, deadLettered };
  }

  #accept(message: Message): number {
    if (this.#duplicateDetection?.tryAdd(message.id) === false) return 0;
    const now = this.#clock.now();
    const entry: Entry = {
      message,
      state: "active",
      sequenceNumber: this.#nextSequenceNumber(),
      enqueueSequenceNumber: undefined,
      enqueuedAt: now,
      timeToLiveMs: Math.min(message.timeToLiveMs ?? Number.POSITIVE_INFINITY, this.properties.timeToLiveMs),
      deliveryCount: 0,
      lockedUntil: undefined,
    };
    if (message.scheduledEnqueueAt !== undefined && message.scheduledEnqueueAt > now)
      this.#store.schedule(entry, message.scheduledEnqueueAt);
    else this.#store.add(entry);
    return entry.sequenceNumber;
  }

  #notifyAvailable(lane: string): void {
    this.sessions?.assignFreeSessions();
    this.onAvailable(lane);
  }

  #lock(entry: Entry, session: SessionLock | undefined): Delivery {
    return { token: this.#locked.lock(entry, session).token, queued: entry };
  }

  #unlock(token: Buffer, changes: Properties = new Map()): Entry {
    const locked = this.#locked.get(token);
    const { entry } = locked;
    entry.message = entry.message.withProperties(changes);
    this.#locked.end(locked);
    return entry;
  }

  #countDelivery(entry: Entry): void {
    entry.deliveryCount += 1;
    if (entry.deliveryCount < this.properties.maxDeliveryCount) this.#store.requeue(entry);
    else {
      this.#moveToDeadLetters(entry, {
        reason: "MaxDeliveryCountExceeded",
        description: `Message could not be consumed after ${this.properties.maxDeliveryCount} delivery attempts.`,
      });
    }
  }

  /**
   * A session lock that ran out counts as a delivery of what was locked under it; a session that was closed does not.
   * Source: "Message sessions", impact of delivery count.
   */
  #requeueSession(session: SessionLock, ranOut: boolean): void {
    for (const locked of this.#locked.inSession(session)) {
      this.#locked.end(locked);
      if (ranOut) this.#countDelivery(locked.entry);
      else this.#store.requeue(locked.entry);
    }
    this.#store.moveToEnd(session.sessionId);
  }

  /** A dead-letter queue never comes here: its messages do not expire, and have as many deliveries as it takes. */
  #moveToDeadLetters(entry: Entry, { reason, description }: DeadLetterReason): void {
    const properties = new Map<string, unknown>();
    if (reason !== undefined) properties.set("DeadLetterReason", reason);
    if (description !== undefined) properties.set("DeadLetterErrorDescription", description);
    const message = entry.message.withProperties(properties);
    if (this.deadLetters) this.deadLetters.#addDeadLetter({ ...entry, message });
  }

  #addDeadLetter(entry: Entry): void {
    const sequenceNumber = this.#nextSequenceNumber();
    const { timeToLiveMs } = this.properties;
    const enqueueSequenceNumber = entry.sequenceNumber;
    this.#store.add({ ...entry, state: "active", sequenceNumber, enqueueSequenceNumber, timeToLiveMs });
  }

  #expire(entry: Entry): void {
    if (!this.properties.deadLetterOnExpiration) return;
    this.#moveToDeadLetters(entry, {
      reason: "TTLExpiredException",
      description: "The message expired and was dead lettered.",
    });
  }

  #nextSequenceNumber(): number {
    this.#lastSequenceNumber += 1;
    return this.#lastSequenceNumber;
  }
}

/** The lane of what is received under a session lock, or without one. */
export const sessionIdOf = (session: SessionLock | undefined): string => session?.sessionId ?? NO_SESSION;
