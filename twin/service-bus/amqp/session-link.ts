import { BrokerError } from "../broker-error.ts";
import type { Entity } from "../entity.ts";
import type { SessionLock, Sessions, SessionWaiter } from "../queue/sessions.ts";
import { amqpError } from "./outcomes.ts";
import { ReceivingLink } from "./receiving-link.ts";
import { type Sender, type Typed, types } from "./rhea.ts";
import { refuse } from "./rhea-patches.ts";

const SESSION_FILTER = "com.microsoft:session-filter";

/** Milliseconds that a client waits for a session: at most, and when it names no time-out. */
const MAX_TIMEOUT_MS = 65_000;
const DEFAULT_TIMEOUT_MS = 60_000;

/** .NET measures time in ticks of 100 ns since the year 1; this many had passed at the Unix epoch. */
const TICKS_AT_UNIX_EPOCH = 621_355_968_000_000_000n;
const TICKS_PER_MS = 10_000n;

/** The session that a client requests; without an id, the next available one. */
export interface SessionFilter {
  readonly sessionId: string | undefined;
}

/** The session filter of an attach; undefined when it has none. */
export const sessionFilterOf = ({ source }: Sender): SessionFilter | undefined => {
  const filter = source?.filter;
  if (!filter || !(SESSION_FILTER in filter)) return undefined;
  const sessionId = filter[SESSION_FILTER] ?? undefined;
  if (sessionId === undefined || typeof sessionId === "string") return { sessionId };
  throw new BrokerError(
    "com.microsoft:argument-error",
    "A session filter must be a string, or null for the next available session.",
  );
};

export interface SessionLinkOptions {
  readonly entity: Entity;
  /** The sessions of the entity's queue. */
  readonly sessions: Sessions;
  readonly filter: SessionFilter;
}

/** A link on which a client receives from a session. It is attached once the session is locked. */
export class SessionLink implements SessionWaiter {
  readonly #sender: Sender;
  readonly #entity: Entity;
  readonly #cancelWait: () => void = () => {};
  #isAttached = false;
  #receiving: ReceivingLink | undefined;

  /** @throws BrokerError `com.microsoft:session-cannot-be-locked` when another receiver holds the session. */
  constructor(sender: Sender, { entity, sessions, filter: { sessionId } }: SessionLinkOptions) {
    this.#sender = sender;
    this.#entity = entity;
    if (sessionId !== undefined) this.granted(sessions.accept(sessionId, this));
    else this.#cancelWait = sessions.acceptNext(this, timeoutOf(sender));
    sender.once("sender_close", () => this.#attachBeforeDetach());
  }

  granted(lock: SessionLock): void {
    this.#isAttached = true;
    this.#sender.set_source({
      address: this.#sender.source?.address,
      filter: { [SESSION_FILTER]: lock.sessionId },
    });
    this.#sender.local.attach.properties = { "com.microsoft:locked-until-utc": ticksOf(lock.lockedUntil) };
    this.#receiving = new ReceivingLink(this.#sender, this.#entity, lock);
  }

  timedOut(): void {
    this.#isAttached = true;
    const message = "The operation did not complete within the allotted time: no session is available.";
    refuse(this.#sender, amqpError(new BrokerError("com.microsoft:timeout", message)));
  }

  lost(): void {
    this.#receiving?.close();
    const error = new BrokerError("com.microsoft:session-lock-lost", "The session lock has expired.");
    this.#sender.close(amqpError(error));
  }

  close(): void {
    this.#cancelWait();
    this.#receiving?.close();
  }

  /** A client that closes the link while it waits for a session expects an attach before the detach. */
  #attachBeforeDetach(): void {
    if (!this.#isAttached) this.#sender.attach();
  }
}

const timeoutOf = ({ properties }: Sender): number => {
  const requested = Number(properties?.["com.microsoft:timeout"] ?? DEFAULT_TIMEOUT_MS);
  return Math.min(requested, MAX_TIMEOUT_MS);
};

/** @param time - milliseconds since the Unix epoch. */
const ticksOf = (time: number): Typed => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(Math.round(time)) * TICKS_PER_MS + TICKS_AT_UNIX_EPOCH);
  return types.wrap_long(bytes);
};
