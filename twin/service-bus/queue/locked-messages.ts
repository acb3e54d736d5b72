import { randomBytes } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { BrokerError } from "../broker-error.ts";
import { LockTimers } from "./lock-timers.ts";
import type { Entry } from "./message.ts";
import type { SessionLock, Sessions } from "./sessions.ts";

/** A message that a receiver works on. */
export interface LockedMessage {
  /** 16 random bytes. */
  readonly token: Buffer;
  readonly entry: Entry;
  /** The session lock that protects it; none for a message with a lock of its own. */
  readonly session: SessionLock | undefined;
}

export interface LockedMessagesOptions {
  readonly clock: Clock;
  /** How long a message stays locked without being renewed, in milliseconds. */
  readonly lockDurationMs: number;
  /** The sessions of the queue, if it has them. */
  readonly sessions: Sessions | undefined;
  /** Called with a message whose own lock ran out; it is no longer among the locked. */
  readonly onExpired: (locked: LockedMessage) => void;
}

/** The messages of a queue that are locked, by their tokens. */
export class LockedMessages {
  readonly #byToken = new Map<string, LockedMessage>();
  readonly #timers: LockTimers<LockedMessage>;
  readonly #sessions: Sessions | undefined;

  constructor({ clock, lockDurationMs: lockMs, sessions, onExpired }: LockedMessagesOptions) {
    this.#sessions = sessions;
    this.#timers = new LockTimers(clock, lockMs, (locked) => {
      this.end(locked);
      onExpired(locked);
    });
  }

  get size(): number {
    return this.#byToken.size;
  }

  /** Locks a message: for the time of the session's lock, or for the queue's lock duration. */
  lock(entry: Entry, session: SessionLock | undefined): LockedMessage {
    const locked: LockedMessage = { token: randomBytes(16), entry, session };
    this.#byToken.set(keyOf(locked.token), locked);
    entry.lockedUntil = session ? session.lockedUntil : this.#timers.start(locked);
    return locked;
  }

  /** @throws BrokerError `com.microsoft:message-lock-lost`, or `session-lock-lost` in a queue with sessions. */
  get(token: Buffer): LockedMessage {
    this.#timers.expireDue();
    const locked = this.#byToken.get(keyOf(token));
    if (locked && this.#hasValidSession(locked)) return locked;
    throw this.#sessions
      ? new BrokerError("com.microsoft:session-lock-lost", "The session lock has expired on the message.")
      : new BrokerError(
          "com.microsoft:message-lock-lost",
          "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.",
        );
  }

  /** Unlocks a message, whatever is to become of it. */
  end(locked: LockedMessage): void {
    this.#timers.end(locked);
    this.#byToken.delete(keyOf(locked.token));
    locked.entry.lockedUntil = undefined;
  }

  /**
   * Makes a lock last its full time again; throws as `get` does.
   * @returns when it ends, in milliseconds since the Unix epoch.
   * @throws BrokerError `amqp:not-allowed` for a message that its session's lock protects.
   */
  renew(token: Buffer): number {
    const locked = this.get(token);
    if (locked.session) {
      throw new BrokerError("amqp:not-allowed", "The lock of a message in a session is its session's lock.");
    }
    const unlock = this.#timers.start(locked);
    locked.entry.lockedUntil = unlock;
    return unlock;
  }

  /** What was locked under a session lock. */
  inSession(session: SessionLock): LockedMessage[] {
    return [...this].filter((locked) => locked.session === session);
  }

  [Symbol.iterator](): Iterator<LockedMessage> {
    return this.#byToken.values();
  }

  #hasValidSession({ session }: LockedMessage): boolean {
    return !session || this.#sessions?.lockOf(session.sessionId) === session;
  }
}

const keyOf = (token: Buffer): string => token.toString("latin1");
