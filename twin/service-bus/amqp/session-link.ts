import { BrokerError } from "../broker-error.ts";
import type { Entity } from "../entity.ts";
import type { SessionLock, Sessions, SessionWaiter } from "../queue/sessions.ts";
import { amqpError } from "./outcomes.ts";
import { ReceivingLink } from "./receiving-link.ts";
import { type Sender, type Typed, types } from "./rhea.ts";
import { refuse } from "./rhea-patches.ts";

const SESSION_FILTER = "com.microsoft:session-filter";

/** How long the service lets a client wait for a session, unless the client says less, in milliseconds. */
const MAX_TIMEOUT_MS = 65_000;
const DEFAULT_TIMEOUT_MS = 60_000;

/** .NET counts time in ticks of 100 ns from the year 1; the Unix epoch began at this one. */
const TICKS_AT_UNIX_EPOCH = 621_355_968_000_000_000n;
const TICKS_PER_MS = 10_000n;

/** Which session a client asks for: the one with this id, or, without an id, the next that has messages. */
export interface SessionFilter {
  readonly sessionId: string | undefined;
}

/** The session that a client asks for when it attaches; nothing when it asks for none. */
export const sessionFilterOf = ({ source }: Sender): SessionFilter | undefined => {
  const filter = source?.filter;
  if (!filter || !(SESSION_FILTER in filter)) return undefined;
  const sessionId = filter[SESSION_FILTER] ?? undefined;
  if (sessionId === undefined || typeof sessionId === "string") return { sessionId };
  throw new BrokerError("com.microsoft:argument-error", "A session filter is a string, or null for the next session.");
};

/** A link on which a client receives from one session. It is not answered before the session is the client's. */
export class SessionLink implements SessionWaiter {
  readonly #sender: Sender;
  readonly #entity: Entity;
  readonly #stopWaiting: () => void = () => {};
  #isAttached = false;
  #receiving: ReceivingLink | undefined;

  /** @throws BrokerError `com.microsoft:session-cannot-be-locked` when another receiver has the session. */
  constructor(sender: Sender, entity: Entity, sessions: Sessions, { sessionId }: SessionFilter) {
    this.#sender = sender;
    this.#entity = entity;
    if (sessionId !== undefined) this.granted(sessions.accept(sessionId, this));
    else this.#stopWaiting = sessions.acceptNext(this, timeoutOf(sender));
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
    const none = "The operation did not complete within the allotted time: no session with messages is free.";
    refuse(this.#sender, amqpError(new BrokerError("com.microsoft:timeout", none)));
  }

  lost(): void {
    const lost = new BrokerError("com.microsoft:session-lock-lost", "The session lock has expired.");
    this.#receiving?.close();
    this.#sender.close(amqpError(lost));
  }

  close(): void {
    this.#stopWaiting();
    this.#receiving?.close();
  }

  /** A client that gives up while it waits for its session still expects an attach before the detach. */
  #attachBeforeDetach(): void {
    if (!this.#isAttached) this.#sender.attach();
  }
}

const timeoutOf = ({ properties }: Sender): number => {
  const asked = Number(properties?.["com.microsoft:timeout"] ?? DEFAULT_TIMEOUT_MS);
  return Math.min(asked, MAX_TIMEOUT_MS);
};

const ticksOf = (time: number): Typed => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(Math.round(time)) * TICKS_PER_MS + TICKS_AT_UNIX_EPOCH);
  return types.wrap_long(bytes);
};
