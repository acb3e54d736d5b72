import type { Clock } from "../../clock.ts";
import { BrokerError } from "../broker-error.ts";
import { DuplicateDetection } from "./duplicate-detection.ts";
import { LockedMessages } from "./locked-messages.ts";
import type { Delivery, Entry, Message, Properties, QueuedMessage } from "./message.ts";
import { deadLetterQueueProperties, type QueueProperties } from "./queue-settings.ts";
import { QueueStore } from "./queue-store.ts";
import { type SessionLock, Sessions } from "./sessions.ts";

/** Message counts of a queue, by state. */
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

/** The session id of all messages in a queue without sessions. */
const NO_SESSION = "";

/** A queue: its messages, and how they are received, locked, settled, scheduled and dead-lettered. */
export class Queue {
  readonly properties: QueueProperties;
  /** The dead-letter queue; undefined when this is one. */
  readonly deadLetters: Queue | undefined;
  /** Undefined for a queue without sessions. */
  readonly sessions: Sessions | undefined;
  /** Called when a session may have an active message. Set by the owner of the receivers. */
  onAvailable: (sessionId: string) => void = () => {};

  readonly #clock: Clock;
  readonly #duplicateDetection: DuplicateDetection | undefined;
  readonly #store: QueueStore;
  readonly #locked: LockedMessages;
  #lastSequenceNumber = 0;

  constructor(properties: QueueProperties, clock: Clock, deadLetters?: Queue) {
    const { lockDurationMs, requiresSession, duplicateWindowMs } = properties;
    this.properties = properties;
    this.deadLetters = deadLetters;
    this.#clock = clock;
    if (duplicateWindowMs > 0) this.#duplicateDetection = new DuplicateDetection(clock, duplicateWindowMs);
    this.#store = new QueueStore({
      clock,
      nextSequenceNumber: () => this.#nextSequenceNumber(),
      sessionIdOf: ({ message }) => (requiresSession ? (message.sessionId ?? NO_SESSION) : NO_SESSION),
      onAvailable: (sessionId) => this.#notifyAvailable(sessionId),
      onExpired: (entry) => this.#handleExpired(entry),
    });
    if (requiresSession) {
      this.sessions = new Sessions({
        clock,
        lockDurationMs,
        activeSessionIds: () => this.#store.activeSessionIds(),
        onUnlocked: (lock, hasExpired) => this.#requeueSession(lock, hasExpired),
      });
    }
    this.#locked = new LockedMessages({
      clock,
      lockDurationMs,
      sessions: this.sessions,
      onExpired: ({ entry }) => this.#returnUncompleted(entry),
    });
  }

  /** Creates a queue together with its dead-letter queue. */
  static withDeadLetters(properties: QueueProperties, clock: Clock): Queue {
    return new Queue(properties, clock, new Queue(deadLetterQueueProperties(properties), clock));
  }

  /**
   * Accepts all messages or none.
   * @returns their sequence numbers; 0 for a duplicate, which is dropped.
   * @throws BrokerError `amqp:not-allowed` when a message lacks the session id that the queue requires.
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

  /** @throws BrokerError `com.microsoft:message-not-found`, with no message cancelled, when one is not scheduled. */
  cancelScheduled(sequenceNumbers: readonly number[]): void {
    this.#store.cancelScheduled(sequenceNumbers);
  }

  /**
   * Reads messages in any state without locking them.
   * @param from - lowest sequence number.
   */
  peek(from: number, count: number, sessionId?: string): QueuedMessage[] {
    const all: QueuedMessage[] = [...this.#store, ...Array.from(this.#locked, ({ entry }) => entry)];
    return all
      .filter(({ sequenceNumber }) => sequenceNumber >= from)
      .filter(({ message }) => sessionId === undefined || message.sessionId === sessionId)
      .sort((a, b) => a.sequenceNumber - b.sequenceNumber)
      .slice(0, count);
  }

  /**
   * Locks the next active message.
   * @param session - the lock on the session to receive from, in a queue with sessions.
   */
  receive(session?: SessionLock): Delivery | undefined {
    const entry = this.#store.takeNext(sessionIdOf(session));
    return entry && this.#lock(entry, session);
  }

  /** Removes the next active message. */
  receiveAndDelete(session?: SessionLock): QueuedMessage | undefined {
    return this.#store.takeNext(sessionIdOf(session));
  }

  /**
   * Locks deferred messages.
   * @throws BrokerError, with no message locked: `com.microsoft:message-not-found` when one is not deferred,
   *   `session-lock-lost` when one belongs to another session.
   */
  receiveDeferred(sequenceNumbers: readonly number[], session?: SessionLock): Delivery[] {
    const entries = this.#store.takeDeferred(sequenceNumbers, sessionIdOf(session));
    return entries.map((entry) => this.#lock(entry, session));
  }

  /** Removes deferred messages. Throws as `receiveDeferred` does. */
  receiveAndDeleteDeferred(sequenceNumbers: readonly number[], session?: SessionLock): QueuedMessage[] {
    return this.#store.takeDeferred(sequenceNumbers, sessionIdOf(session));
  }

  /** Removes a locked message. Throws as `abandon` does. */
  complete(token: Buffer): void {
    this.#unlock(token);
  }

  /**
   * Unlocks a message for redelivery, or dead-letters it after its last delivery.
   * @throws BrokerError `com.microsoft:message-lock-lost`, or `session-lock-lost` in a queue with sessions.
   */
  abandon(token: Buffer, changes: Properties = new Map()): void {
    this.#returnUncompleted(this.#unlock(token, changes));
  }

  /** Sets a message aside, to be received by its sequence number only. Throws as `abandon` does. */
  defer(token: Buffer, changes: Properties = new Map()): void {
    const entry = this.#unlock(token, changes);
    entry.deliveryCount += 1;
    this.#store.defer(entry);
  }

  /**
   * Moves a message to the dead-letter queue. Throws as `abandon` does.
   * @throws BrokerError `amqp:not-allowed` when this is a dead-letter queue.
   */
  deadLetter(token: Buffer, reason: DeadLetterReason, changes: Properties = new Map()): void {
    if (!this.deadLetters) throw new BrokerError("amqp:not-allowed", "A dead-letter queue has no dead-letter queue.");
    this.#moveToDeadLetters(this.#unlock(token, changes), reason);
  }

  /**
   * Renews a message lock for its full duration. Throws as `abandon` does.
   * @returns when the lock expires, in milliseconds since the Unix epoch.
   * @throws BrokerError `amqp:not-allowed` for a message that is covered by a session lock.
   */
  renewLock(token: Buffer): number {
    return this.#locked.renew(token);
  }

  snapshot(): QueueSnapshot {
    this.#locked.expireDue();
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
    const { scheduledEnqueueAt = now } = message;
    if (scheduledEnqueueAt > now) this.#store.schedule(entry, scheduledEnqueueAt);
    else this.#store.add(entry);
    return entry.sequenceNumber;
  }

  #notifyAvailable(sessionId: string): void {
    this.sessions?.assignFreeSessions();
    this.onAvailable(sessionId);
  }

  #lock(entry: Entry, session: SessionLock | undefined): Delivery {
    return { token: this.#locked.lock(entry, session).token, queued: entry };
  }

  #unlock(token: Buffer, changes: Properties = new Map()): Entry {
    const locked = this.#locked.get(token);
    const { entry } = locked;
    entry.message = entry.message.withProperties(changes);
    this.#locked.unlock(locked);
    return entry;
  }

  #returnUncompleted(entry: Entry): void {
    const { maxDeliveryCount } = this.properties;
    entry.deliveryCount += 1;
    if (entry.deliveryCount < maxDeliveryCount) this.#store.requeue(entry);
    else {
      this.#moveToDeadLetters(entry, {
        reason: "MaxDeliveryCountExceeded",
        description: `Message could not be consumed after ${maxDeliveryCount} delivery attempts.`,
      });
    }
  }

  /**
   * Unlocks the messages of a session. They count as delivered if the session lock expired, but not if it was released.
   * Source: "Message sessions", impact of delivery count.
   */
  #requeueSession(session: SessionLock, hasExpired: boolean): void {
    for (const locked of this.#locked.inSession(session)) {
      this.#locked.unlock(locked);
      if (hasExpired) this.#returnUncompleted(locked.entry);
      else this.#store.requeue(locked.entry);
    }
    this.#store.moveToEnd(session.sessionId);
  }

  /** Not called in a dead-letter queue, whose messages do not expire and have no maximum delivery count. */
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

  #handleExpired(entry: Entry): void {
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

/** The id of a locked session; the id of all messages for a queue without sessions. */
export const sessionIdOf = (session: SessionLock | undefined): string => session?.sessionId ?? NO_SESSION;
