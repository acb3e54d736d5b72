import type { Clock } from "../../clock.ts";
import { BrokerError } from "../broker-error.ts";
import { LockTimers } from "./lock-timers.ts";

/** A receiver's lock on a session. Every lock is a new object, also when a session is locked repeatedly. */
export interface SessionLock {
  readonly sessionId: string;
  /** Milliseconds since the Unix epoch. */
  readonly lockedUntil: number;
}

/** A receiver that holds a session lock. */
export interface SessionHolder {
  /** Called when the lock has expired, before the messages that it covers are requeued. */
  lost(): void;
}

/** A receiver that waits for the next available session. */
export interface SessionWaiter extends SessionHolder {
  granted(lock: SessionLock): void;
  timedOut(): void;
}

export interface SessionsOptions {
  readonly clock: Clock;
  /** Milliseconds until a session lock expires, unless it is renewed. */
  readonly lockDurationMs: number;
  /** The sessions that have active messages, in the order in which they are served. */
  readonly activeSessionIds: () => Iterable<string>;
  /** Called when a lock has been released by its holder or has expired. */
  readonly onUnlocked: (lock: SessionLock, hasExpired: boolean) => void;
}

interface HeldLock {
  readonly sessionId: string;
  readonly holder: SessionHolder;
  lockedUntil: number;
}

/** The session locks and session states of a queue, and the receivers that wait for a session. */
export class Sessions {
  readonly #clock: Clock;
  readonly #activeSessionIds: () => Iterable<string>;
  readonly #onUnlocked: (lock: SessionLock, hasExpired: boolean) => void;
  readonly #held = new Map<string, HeldLock>();
  readonly #timers: LockTimers<HeldLock>;
  /** In order of arrival, with the functions that cancel their time-outs. */
  readonly #waiters = new Map<SessionWaiter, () => void>();
  readonly #states = new Map<string, Buffer>();

  constructor(options: SessionsOptions) {
    this.#clock = options.clock;
    this.#activeSessionIds = options.activeSessionIds;
    this.#onUnlocked = options.onUnlocked;
    this.#timers = new LockTimers(options.clock, options.lockDurationMs, (lock) => this.#expire(lock));
  }

  /**
   * Locks a session by its id, whether or not it has messages.
   * @throws BrokerError `com.microsoft:session-cannot-be-locked` when another receiver holds it.
   */
  accept(sessionId: string, holder: SessionHolder): SessionLock {
    if (this.lockOf(sessionId)) {
      throw new BrokerError(
        "com.microsoft:session-cannot-be-locked",
        `The requested session '${sessionId}' cannot be accepted. It may be locked by another receiver.`,
      );
    }
    return this.#lock(sessionId, holder);
  }

  /**
   * Locks the next unlocked session with active messages, at once or when there is one.
   * @param timeoutMs - milliseconds that the receiver waits.
   * @returns a function that cancels the wait; it has no effect after a session was granted.
   */
  acceptNext(waiter: SessionWaiter, timeoutMs: number): () => void {
    const cancelTimeout = this.#clock.after(timeoutMs, () => {
      this.#waiters.delete(waiter);
      waiter.timedOut();
    });
    this.#waiters.set(waiter, cancelTimeout);
    this.assignFreeSessions();
    return () => this.#removeWaiter(waiter);
  }

  /** Assigns unlocked sessions with active messages to the receivers that wait for one. */
  assignFreeSessions(): void {
    for (const waiter of this.#waiters.keys()) {
      const sessionId = this.#nextFreeSession();
      if (sessionId === undefined) return;
      this.#removeWaiter(waiter);
      waiter.granted(this.#lock(sessionId, waiter));
    }
  }

  /** The current lock on a session; undefined when it is not locked. */
  lockOf(sessionId: string): SessionLock | undefined {
    this.#timers.expireDue();
    return this.#held.get(sessionId);
  }

  /** @throws BrokerError `com.microsoft:session-lock-lost` when the session is not locked. */
  renew(sessionId: string): SessionLock {
    const lock = this.#heldLock(sessionId);
    lock.lockedUntil = this.#timers.start(lock);
    return lock;
  }

  /** Unlocks a session. Has no effect on a lock that has ended, because another receiver may hold the session now. */
  release(lock: SessionLock): void {
    const held = this.#held.get(lock.sessionId);
    if (!held || held !== lock) return;
    this.#timers.stop(held);
    this.#unlock(held, false);
  }

  /** @throws BrokerError `com.microsoft:session-lock-lost` when the session is not locked. */
  stateOf(sessionId: string): Buffer | undefined {
    return this.#states.get(this.#heldLock(sessionId).sessionId);
  }

  /** @throws BrokerError `com.microsoft:session-lock-lost` when the session is not locked. */
  setState(sessionId: string, state: Buffer | undefined): void {
    this.#heldLock(sessionId);
    if (state) this.#states.set(sessionId, state);
    else this.#states.delete(sessionId);
  }

  /** Locks a free session. Must not expire other locks, which would assign their sessions recursively. */
  #lock(sessionId: string, holder: SessionHolder): SessionLock {
    const lock: HeldLock = { sessionId, holder, lockedUntil: 0 };
    lock.lockedUntil = this.#timers.start(lock);
    this.#held.set(sessionId, lock);
    return lock;
  }

  #removeWaiter(waiter: SessionWaiter): void {
    this.#waiters.get(waiter)?.();
    this.#waiters.delete(waiter);
  }

  #heldLock(sessionId: string): HeldLock {
    this.#timers.expireDue();
    const lock = this.#held.get(sessionId);
    if (lock) return lock;
    throw new BrokerError("com.microsoft:session-lock-lost", `The session lock of '${sessionId}' has expired.`);
  }

  #expire(lock: HeldLock): void {
    this.#held.delete(lock.sessionId);
    lock.holder.lost(); // first: otherwise the holder would receive its own messages when they are requeued
    this.#unlock(lock, true);
  }

  #unlock(lock: HeldLock, hasExpired: boolean): void {
    this.#held.delete(lock.sessionId);
    this.#onUnlocked(lock, hasExpired);
    this.assignFreeSessions();
  }

  #nextFreeSession(): string | undefined {
    for (const sessionId of this.#activeSessionIds()) {
      if (!this.#held.has(sessionId)) return sessionId;
    }
    return undefined;
  }
}
