import type { Clock } from "../../clock.ts";
import { BrokerError } from "../broker-error.ts";
import { LockTimers } from "./lock-timers.ts";

/** One receiver's hold on a session. Another hold on the same session is another object. */
export interface SessionLock {
  readonly sessionId: string;
  /** Milliseconds since the Unix epoch. */
  readonly lockedUntil: number;
}

/** A receiver that holds a session. */
export interface SessionHolder {
  /** The lock ran out: the session is no longer this receiver's. */
  lost(): void;
}

/** A receiver that waits for any session which has messages and is free. */
export interface SessionWaiter extends SessionHolder {
  granted(lock: SessionLock): void;
  timedOut(): void;
}

export interface SessionsOptions {
  readonly clock: Clock;
  /** How long a session stays locked without being renewed, in milliseconds. */
  readonly lockDurationMs: number;
  /** The sessions which have messages that can be received, the one to be served next first. */
  readonly sessionIds: () => Iterable<string>;
  /** Called when a lock has ended: by its holder, or because it ran out. */
  readonly onUnlocked: (lock: SessionLock, ranOut: boolean) => void;
}

interface HeldLock {
  readonly sessionId: string;
  readonly holder: SessionHolder;
  lockedUntil: number;
}

/** Who works on which session of a queue, and the state that receivers keep with a session. */
export class Sessions {
  readonly #clock: Clock;
  readonly #sessionIds: () => Iterable<string>;
  readonly #onUnlocked: (lock: SessionLock, ranOut: boolean) => void;
  readonly #held = new Map<string, HeldLock>();
  readonly #timers: LockTimers<HeldLock>;
  /** Those who wait, the first to come first, each with how to stop its time-out. */
  readonly #waiters = new Map<SessionWaiter, () => void>();
  readonly #states = new Map<string, Buffer>();

  constructor(options: SessionsOptions) {
    this.#clock = options.clock;
    this.#sessionIds = options.sessionIds;
    this.#onUnlocked = options.onUnlocked;
    this.#timers = new LockTimers(options.clock, options.lockDurationMs, (lock) => {
      this.#unlock(lock, true);
      lock.holder.lost();
    });
  }

  /**
   * Locks a session by its id, whether it has messages or not.
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
   * Locks the next free session that has messages for the seeker, now or as soon as there is one.
   * @param timeoutMs - how long the seeker may wait, in milliseconds.
   * @returns a function by which the seeker gives up; it does nothing once a session was granted.
   */
  acceptNext(seeker: SessionWaiter, timeoutMs: number): () => void {
    const stopTimeout = this.#clock.after(timeoutMs, () => {
      this.#waiters.delete(seeker);
      seeker.timedOut();
    });
    this.#waiters.set(seeker, stopTimeout);
    this.assignFreeSessions();
    return () => this.#removeWaiter(seeker);
  }

  /** Gives free sessions with messages to those who wait for one. */
  assignFreeSessions(): void {
    for (const seeker of this.#waiters.keys()) {
      const sessionId = this.#nextFreeSession();
      if (sessionId === undefined) return;
      this.#removeWaiter(seeker);
      seeker.granted(this.#lock(sessionId, seeker));
    }
  }

  /** The lock that is held on a session now. */
  lockOf(sessionId: string): SessionLock | undefined {
    this.#timers.expireDue();
    return this.#held.get(sessionId);
  }

  /** @throws BrokerError `com.microsoft:session-lock-lost` when nobody holds the session. */
  renew(sessionId: string): SessionLock {
    const lock = this.#heldLock(sessionId);
    lock.lockedUntil = this.#timers.start(lock);
    return lock;
  }

  /** Frees a session. A lock that ended before is left alone, as the session may be another receiver's by now. */
  release(lock: SessionLock): void {
    const held = this.#held.get(lock.sessionId);
    if (held && held === lock) this.#unlock(held, false);
  }

  /** @throws BrokerError `com.microsoft:session-lock-lost` when nobody holds the session. */
  stateOf(sessionId: string): Buffer | undefined {
    return this.#states.get(this.#heldLock(sessionId).sessionId);
  }

  /** @throws BrokerError `com.microsoft:session-lock-lost` when nobody holds the session. */
  setState(sessionId: string, state: Buffer | undefined): void {
    this.#heldLock(sessionId);
    if (state) this.#states.set(sessionId, state);
    else this.#states.delete(sessionId);
  }

  /** Locks a session that is free. Looks at no other lock: one that has run out would free its session in between. */
  #lock(sessionId: string, holder: SessionHolder): SessionLock {
    const lock: HeldLock = { sessionId, holder, lockedUntil: 0 };
    lock.lockedUntil = this.#timers.start(lock);
    this.#held.set(sessionId, lock);
    return lock;
  }

  #removeWaiter(seeker: SessionWaiter): void {
    this.#waiters.get(seeker)?.();
    this.#waiters.delete(seeker);
  }

  #heldLock(sessionId: string): HeldLock {
    this.#timers.expireDue();
    const lock = this.#held.get(sessionId);
    if (lock) return lock;
    throw new BrokerError("com.microsoft:session-lock-lost", `The session lock of '${sessionId}' has expired.`);
  }

  #unlock(lock: HeldLock, ranOut: boolean): void {
    this.#timers.end(lock);
    this.#held.delete(lock.sessionId);
    this.#onUnlocked(lock, ranOut);
    this.assignFreeSessions();
  }

  #nextFreeSession(): string | undefined {
    for (const sessionId of this.#sessionIds()) {
      if (!this.#held.has(sessionId)) return sessionId;
    }
    return undefined;
  }
}
