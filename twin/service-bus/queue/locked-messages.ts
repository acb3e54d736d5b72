import { randomBytes } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { BrokerError } from "../broker-error.ts";
import { LockTimers } from "./lock-timers.ts";
import type { Entry } from "./message.ts";
import type { SessionLock, Sessions } from "./sessions.ts";

/** A message that is locked for a receiver. */
export interface LockedMessage {
  /** The lock token: 16 random bytes. */
  readonly token: Buffer;
  readonly entry: Entry;
  /** The session lock that covers the message; undefined for a message with its own lock. */
  readonly session: SessionLock | undefined;
}

export interface LockedMessagesOptions {
  readonly clock: Clock;
  /** Milliseconds until a message lock expires, unless it is renewed. */
  readonly lockDurationMs: number;
  /** Undefined for a queue without sessions. */
  readonly sessions: Sessions | undefined;
  /** Called with a message whose own lock expired, after it was unlocked. */
  readonly onExpired: (locked: LockedMessage) => void;
}

/** The locked messages of a queue, by lock token. */
export class LockedMessages {
  readonly #byToken = new Map<string, LockedMessage>();
  readonly #timers: LockTimers<LockedMessage>;
  readonly #sessions: Sessions | undefined;

  constructor({ clock, lockDurationMs, sessions, onExpired }: LockedMessagesOptions) {
    this.#sessions = sessions;
    this.#timers = new LockTimers(clock, lockDurationMs, (locked) => {
      this.unlock(locked);
      onExpired(locked);
    });
  }

  /** Unlocks the messages whose lock has expired, in case the clock's timer is late. */
  expireDue(): void {
    this.#timers.expireDue();
  }

  get size(): number {
    return this.#byToken.size;
  }

  /** Locks a message under the session lock or, in a queue without sessions, for the lock duration. */
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
    if (locked && this.#isSessionLockHeld(locked)) return locked;
    throw this.#sessions
      ? new BrokerError("com.microsoft:session-lock-lost", "The session lock has expired on the message.")
      : new BrokerError(
          "com.microsoft:message-lock-lost",
          "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.",
        );
  }

  unlock(locked: LockedMessage): void {
    this.#timers.stop(locked);
    this.#byToken.delete(keyOf(locked.token));
    locked.entry.lockedUntil = undefined;
  }

  /**
   * Renews a message lock for its full duration; throws as `get` does.
   * @returns when the lock expires, in milliseconds since the Unix epoch.
   * @throws BrokerError `amqp:not-allowed` for a message that is covered by a session lock.
   */
  renew(token: Buffer): number {
    const locked = this.get(token);
    if (locked.session) {
      throw new BrokerError("amqp:not-allowed", "A message in a session is locked by its session's lock.");
    }
    const lockedUntil = this.#timers.start(locked);
    locked.entry.lockedUntil = lockedUntil;
    return lockedUntil;
  }

  /** The messages that a session lock covers. */
  inSession(session: SessionLock): LockedMessage[] {
    return [...this].filter((locked) => locked.session === session);
  }

  [Symbol.iterator](): Iterator<LockedMessage> {
    return this.#byToken.values();
  }

  #isSessionLockHeld({ session }: LockedMessage): boolean {
    return !session || this.#sessions?.lockOf(session.sessionId) === session;
  }
}

const keyOf = (token: Buffer): string => token.toString("latin1");
