import fc from "fast-check";
import { expect, it } from "vitest";
import { TwinClock } from "../../clock.ts";
import { FakeMessage } from "../testing/fake-message.ts";
import type { Delivery } from "./message.ts";
import { Queue } from "./queue.ts";
import { toQueueProperties } from "./queue-settings.ts";
import type { SessionLock } from "./sessions.ts";

const LOCK_MS = 60_000;
const SESSION_IDS = ["x", "y"];

type Step =
  | { readonly do: "send"; readonly sessionId: string }
  | { readonly do: "receive"; readonly sessionId: string }
  | { readonly do: "complete" | "abandon" | "defer" | "deadLetter"; readonly which: number }
  | { readonly do: "receiveDeferred" | "closeSessions" }
  | { readonly do: "wait"; readonly ms: number };

const sessionId = fc.constantFrom(...SESSION_IDS);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("send" as const), sessionId }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("receive" as const), sessionId }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("complete" as const, "abandon" as const, "defer" as const, "deadLetter" as const),
      which: fc.nat(20),
    }),
  },
  fc.record({ do: fc.constantFrom("receiveDeferred" as const, "closeSessions" as const) }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1000, LOCK_MS / 2, LOCK_MS) }),
);

/** Uses a queue as clients do, and records what happens to each message. */
class Driver {
  readonly clock = new TwinClock();
  readonly queue: Queue;
  readonly sent: string[] = [];
  readonly completed = new Set<string>();
  #unsettled: Delivery[] = [];
  readonly #locks = new Map<string, SessionLock>();

  constructor(requiresSession: boolean) {
    const settings = { name: "q", requiresSession, lockDurationSeconds: LOCK_MS / 1000, maxDeliveryCount: 3 };
    this.queue = Queue.withDeadLetters(toQueueProperties(settings), this.clock);
  }

  run(step: Step): void {
    switch (step.do) {
      case "send":
        this.sent.push(`${this.sent.length}`);
        this.queue.send([new FakeMessage(this.sent.at(-1) ?? "", { sessionId: step.sessionId })]);
        break;
      case "receive":
        this.#receive(step.sessionId);
        break;
      case "receiveDeferred":
        this.#receiveDeferred();
        break;
      case "closeSessions":
        for (const lock of this.#locks.values()) this.queue.sessions?.release(lock);
        break;
      case "wait":
        this.clock.advance(step.ms);
        break;
      default:
        this.#settle(step.do, step.which);
    }
    this.#unsettled = this.#unsettled.filter(({ queued }) => queued.lockedUntil !== undefined);
  }

  /** The ids of all messages in the queue and its dead-letter queue. */
  messageIds(): string[] {
    const all = [...this.queue.peek(0, 1000), ...(this.queue.deadLetters?.peek(0, 1000) ?? [])];
    return all.map(({ message }) => message.id);
  }

  #receive(sessionId: string): void {
    const lock = this.queue.sessions && this.#lockOf(sessionId);
    const active = this.queue
      .peek(0, 1000, lock?.sessionId)
      .filter(({ state, lockedUntil }) => state === "active" && lockedUntil === undefined);
    const delivery = this.queue.receive(lock);
    // Delivers the first active message, and no locked one.
    expect(delivery?.queued.message.id).toBe(active[0]?.message.id);
    if (delivery) this.#unsettled.push(delivery);
  }

  #lockOf(sessionId: string): SessionLock | undefined {
    const held = this.queue.sessions?.lockOf(sessionId);
    const lock = held ?? this.queue.sessions?.accept(sessionId, { lost: () => {} });
    if (lock) this.#locks.set(sessionId, lock);
    return lock;
  }

  #receiveDeferred(): void {
    const deferred = this.queue.peek(0, 1000).find((queued) => queued.state === "deferred" && !queued.lockedUntil);
    if (!deferred) return;
    const lock = this.queue.sessions && this.#lockOf(deferred.message.sessionId ?? "");
    this.#unsettled.push(...this.queue.receiveDeferred([deferred.sequenceNumber], lock));
  }

  #settle(how: "complete" | "abandon" | "defer" | "deadLetter", which: number): void {
    const delivery = this.#unsettled[which % Math.max(1, this.#unsettled.length)];
    if (!delivery) return;
    const { token, queued } = delivery;
    if (how === "complete") this.completed.add(queued.message.id);
    if (how === "deadLetter") this.queue.deadLetter(token, { reason: "invalid", description: undefined });
    else this.queue[how](token);
    expect(() => this.queue.complete(token)).toThrow(/lock/);
  }
}

it.each([false, true])(
  "loses no message, and locks a message for one receiver at a time (sessions: %s)",
  (requiresSession) => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const driver = new Driver(requiresSession);
        for (const step of steps) {
          driver.run(step);
          const accountedFor = [...driver.messageIds(), ...driver.completed];
          expect(accountedFor.toSorted()).toEqual(driver.sent.toSorted());
        }
        driver.clock.advance(LOCK_MS);
        expect(driver.queue.snapshot().locked).toBe(0);
      }),
      { numRuns: 200 },
    );
  },
);
