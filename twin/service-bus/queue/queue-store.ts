import type { Clock } from "../../clock.ts";
import { BrokerError } from "../broker-error.ts";
import type { Entry } from "./message.ts";
import { MessagesBySession } from "./messages-by-session.ts";

export interface QueueStoreOptions {
  readonly clock: Clock;
  readonly nextSequenceNumber: () => number;
  /** The session of a message; the same id for all messages of a queue without sessions. */
  readonly sessionIdOf: (entry: Entry) => string;
  /** Called when a message of a session has become active. */
  readonly onAvailable: (sessionId: string) => void;
  /** Called with a message whose time to live has passed, after it was removed. */
  readonly onExpired: (entry: Entry) => void;
}

interface Scheduled {
  readonly entry: Entry;
  readonly cancel: () => void;
}

/** The unlocked messages of a queue: active, scheduled and deferred. */
export class QueueStore {
  readonly #options: QueueStoreOptions;
  readonly #active = new MessagesBySession<Entry>();
  readonly #scheduled = new Map<number, Scheduled>();
  readonly #deferred = new Map<number, Entry>();

  constructor(options: QueueStoreOptions) {
    this.#options = options;
  }

  get sizes(): { readonly active: number; readonly scheduled: number; readonly deferred: number } {
    return { active: this.#active.size, scheduled: this.#scheduled.size, deferred: this.#deferred.size };
  }

  /** The sessions that have active messages, in the order in which they are served. */
  activeSessionIds(): Iterable<string> {
    return this.#active.sessionIds();
  }

  /** Moves a session behind the others, so that sessions are served in turn. */
  moveToEnd(sessionId: string): void {
    this.#active.moveToEnd(sessionId);
  }

  /** Adds an active message and starts its time to live. */
  add(entry: Entry): void {
    const { clock } = this.#options;
    if (Number.isFinite(entry.timeToLiveMs)) clock.after(entry.timeToLiveMs, () => this.#expireIfActive(entry));
    this.#activate(entry);
  }

  /** @param enqueueAt - when the message becomes active, in milliseconds since the Unix epoch. */
  schedule(entry: Entry, enqueueAt: number): void {
    const { clock, nextSequenceNumber } = this.#options;
    const enqueueSequenceNumber = entry.sequenceNumber;
    const cancel = clock.after(enqueueAt - clock.now(), () => {
      this.#scheduled.delete(enqueueSequenceNumber);
      // Source: "Message sequencing and timestamps": it is enqueued as if sent now, under a new sequence number.
      const [sequenceNumber, enqueuedAt] = [nextSequenceNumber(), clock.now()];
      this.add({ ...entry, state: "active", sequenceNumber, enqueueSequenceNumber, enqueuedAt });
    });
    this.#scheduled.set(enqueueSequenceNumber, { entry: { ...entry, state: "scheduled" }, cancel });
  }

  /** @throws BrokerError `com.microsoft:message-not-found`, with no message cancelled, when one is not scheduled. */
  cancelScheduled(sequenceNumbers: readonly number[]): void {
    for (const { entry, cancel } of findAll(sequenceNumbers, this.#scheduled)) {
      cancel();
      this.#scheduled.delete(entry.sequenceNumber);
    }
  }

  defer(entry: Entry): void {
    entry.state = "deferred";
    this.#deferred.set(entry.sequenceNumber, entry);
  }

  /** Returns a message that was received: to its place among the active messages, or to the deferred ones. */
  requeue(entry: Entry): void {
    if (entry.state === "deferred") this.defer(entry);
    else if (this.#isExpired(entry)) this.#options.onExpired(entry);
    else this.#activate(entry);
  }

  /** Removes and returns the first active message of a session. */
  takeNext(sessionId: string): Entry | undefined {
    for (;;) {
      const entry = this.#active.takeFirst(sessionId);
      if (!entry || !this.#isExpired(entry)) return entry;
      this.#options.onExpired(entry);
    }
  }

  /**
   * Removes and returns deferred messages.
   * @param sessionId - the session that they must belong to.
   * @throws BrokerError, with no message removed: `com.microsoft:message-not-found` when one is not deferred,
   *   `session-lock-lost` when one belongs to another session.
   */
  takeDeferred(sequenceNumbers: readonly number[], sessionId: string): Entry[] {
    const entries = findAll(sequenceNumbers, this.#deferred);
    if (entries.some((entry) => this.#options.sessionIdOf(entry) !== sessionId)) {
      throw new BrokerError("com.microsoft:session-lock-lost", "A deferred message belongs to another session.");
    }
    for (const entry of entries) this.#deferred.delete(entry.sequenceNumber);
    return entries;
  }

  *[Symbol.iterator](): Iterator<Entry> {
    yield* this.#active;
    yield* this.#deferred.values();
    for (const { entry } of this.#scheduled.values()) yield entry;
  }

  #activate(entry: Entry): void {
    const sessionId = this.#options.sessionIdOf(entry);
    this.#active.add(sessionId, entry);
    this.#options.onAvailable(sessionId);
  }

  #isExpired(entry: Entry): boolean {
    return entry.enqueuedAt + entry.timeToLiveMs <= this.#options.clock.now();
  }

  /** A message does not expire while it is locked or deferred. */
  #expireIfActive(entry: Entry): void {
    if (this.#active.delete(this.#options.sessionIdOf(entry), entry)) this.#options.onExpired(entry);
  }
}

const findAll = <T>(sequenceNumbers: readonly number[], messages: ReadonlyMap<number, T>): T[] =>
  sequenceNumbers.map((sequenceNumber) => {
    const found = messages.get(sequenceNumber);
    if (found) return found;
    throw new BrokerError(
      "com.microsoft:message-not-found",
      `Failed to find a message with the sequence number ${sequenceNumber}.`,
    );
  });
