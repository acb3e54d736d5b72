import type { Clock } from "../../clock.ts";
import { BrokerError } from "../broker-error.ts";
import type { Entry } from "./message.ts";
import { MessagesBySession } from "./messages-by-session.ts";

export interface QueueStoreOptions {
  readonly clock: Clock;
  /** Gives the next sequence number of the queue. */
  readonly nextSequenceNumber: () => number;
  /** The lane in which a message waits. */
  readonly sessionIdOf: (entry: Entry) => string;
  /** Called when a message has been put into a lane. */
  readonly onAvailable: (lane: string) => void;
  /** Called with a message that outlived its time; it is no longer in the store. */
  readonly onExpired: (entry: Entry) => void;
}

interface Scheduled {
  readonly entry: Entry;
  readonly cancel: () => void;
}

/** The messages of a queue that nobody works on: those that wait in lanes, the scheduled and the deferred. */
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

  /** The lanes that have messages, the one to be served next first. */
  sessionIds(): Iterable<string> {
    return this.#active.sessionIds();
  }

  /** Puts a lane behind the others, so that each gets its turn. */
  moveToEnd(lane: string): void {
    this.#active.moveToEnd(lane);
  }

  /** Puts a new message into its lane; its time to live begins. */
  add(entry: Entry): void {
    const { clock } = this.#options;
    if (Number.isFinite(entry.timeToLiveMs)) clock.after(entry.timeToLiveMs, () => this.#expireIfActive(entry));
    this.#makeAvailable(entry);
  }

  /** Keeps a message until its time, in milliseconds since the Unix epoch. */
  schedule(entry: Entry, time: number): void {
    const { clock, nextSequenceNumber: nextNumber } = this.#options;
    const scheduledAs = entry.sequenceNumber;
    const cancel = clock.after(time - clock.now(), () => {
      this.#scheduled.delete(scheduledAs);
      // Source: "Message sequencing and timestamps": it is appended as if sent now, which gives it a new number.
      const [sequenceNumber, enqueuedAt] = [nextNumber(), clock.now()];
      this.add({ ...entry, state: "active", sequenceNumber, enqueueSequenceNumber: scheduledAs, enqueuedAt });
    });
    this.#scheduled.set(scheduledAs, { entry: { ...entry, state: "scheduled" }, cancel });
  }

  /** @throws BrokerError `com.microsoft:message-not-found` when one of them is not scheduled; then none is cancelled. */
  cancelScheduled(sequenceNumbers: readonly number[]): void {
    for (const { entry, cancel } of findAll(sequenceNumbers, this.#scheduled)) {
      cancel();
      this.#scheduled.delete(entry.sequenceNumber);
    }
  }

  /** Puts a message aside until it is asked for by its number. */
  defer(entry: Entry): void {
    entry.state = "deferred";
    this.#deferred.set(entry.sequenceNumber, entry);
  }

  /** Puts a message back where it was before someone received it. */
  requeue(entry: Entry): void {
    if (entry.state === "deferred") this.defer(entry);
    else if (this.#isExpired(entry)) this.#options.onExpired(entry);
    else this.#makeAvailable(entry);
  }

  /** Takes the first message out of a lane. */
  takeNext(lane: string): Entry | undefined {
    for (;;) {
      const entry = this.#active.takeFirst(lane);
      if (!entry || !this.#isExpired(entry)) return entry;
      this.#options.onExpired(entry);
    }
  }

  /**
   * Takes deferred messages out.
   * @param lane - the lane in which they have to belong.
   * @throws BrokerError `com.microsoft:message-not-found` when one of them is not deferred, `session-lock-lost` when it
   *   is of another session; then none is taken.
   */
  takeDeferred(sequenceNumbers: readonly number[], lane: string): Entry[] {
    const entries = findAll(sequenceNumbers, this.#deferred);
    if (entries.some((entry) => this.#options.sessionIdOf(entry) !== lane)) {
      throw new BrokerError("com.microsoft:session-lock-lost", "A deferred message is of a session that is not held.");
    }
    for (const entry of entries) this.#deferred.delete(entry.sequenceNumber);
    return entries;
  }

  *[Symbol.iterator](): Iterator<Entry> {
    yield* this.#active;
    yield* this.#deferred.values();
    for (const { entry } of this.#scheduled.values()) yield entry;
  }

  #makeAvailable(entry: Entry): void {
    const lane = this.#options.sessionIdOf(entry);
    this.#active.add(lane, entry);
    this.#options.onAvailable(lane);
  }

  #isExpired(entry: Entry): boolean {
    return entry.enqueuedAt + entry.timeToLiveMs <= this.#options.clock.now();
  }

  /** A message whose time runs out while it is locked or deferred is left to its receiver. */
  #expireIfActive(entry: Entry): void {
    if (this.#active.delete(this.#options.sessionIdOf(entry), entry)) this.#options.onExpired(entry);
  }
}

const findAll = <T>(sequenceNumbers: readonly number[], among: ReadonlyMap<number, T>): T[] =>
  sequenceNumbers.map((sequenceNumber) => {
    const found = among.get(sequenceNumber);
    if (found) return found;
    throw new BrokerError(
      "com.microsoft:message-not-found",
      `Failed to find a message with the sequence number ${sequenceNumber}.`,
    );
  });
