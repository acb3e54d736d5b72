import type { Clock } from "../clock.ts";
import { callWebhook, type WebhookResult } from "../webhooks/call-webhook.ts";
import type { Scheduler } from "../webhooks/scheduler.ts";
import type { EventGridEvent } from "./event.ts";
import { type Dispatch, notificationRequest } from "./notification.ts";
import { type AttemptOutcome, afterAttempt, isExpired, outcomeOf } from "./retry-schedule.ts";

/** One attempt to deliver an event. Times are ISO 8601, UTC. */
export interface Delivery {
  readonly subscription: string;
  readonly eventId: string;
  readonly eventType: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly attemptedAt: string;
  readonly outcome: AttemptOutcome;
  /** HTTP status of the response; absent without a response. */
  readonly status?: number;
  /** Reason for the missing response. */
  readonly error?: string;
  readonly nextAttemptAt?: string;
}

/** An event that was given up. The service writes these to a blob, five minutes later. Times are ISO 8601, UTC. */
export interface DeadLetter {
  readonly subscription: string;
  readonly event: EventGridEvent;
  readonly deadLetterReason: string;
  readonly deliveryAttempts: number;
  readonly lastDeliveryOutcome: AttemptOutcome;
  readonly lastHttpStatusCode?: number;
  readonly publishTime: string;
  readonly lastDeliveryAttemptTime: string;
}

/** Delivers events to webhooks, retries by the schedule, and records the attempts and the dead letters. */
export class Deliverer {
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #log: (line: string) => void;
  readonly #deliveries: Delivery[] = [];
  readonly #deadLetters: DeadLetter[] = [];

  constructor(parts: { clock: Clock; scheduler: Scheduler; log: (line: string) => void }) {
    this.#clock = parts.clock;
    this.#scheduler = parts.scheduler;
    this.#log = parts.log;
  }

  /**
   * @param delayMs - milliseconds until the first attempt.
   * @param onFirstAttempt - called when the first attempt has ended, successful or not.
   */
  deliver(dispatch: Dispatch, delayMs: number, onFirstAttempt: () => void): void {
    this.#scheduler.add(delayMs, async (signal) => {
      await this.#attempt(dispatch, undefined, signal);
      onFirstAttempt();
    });
  }

  /** All attempts that have ended, oldest first. */
  deliveries(): readonly Delivery[] {
    return [...this.#deliveries];
  }

  deadLetters(): readonly DeadLetter[] {
    return [...this.#deadLetters];
  }

  async #attempt(dispatch: Dispatch, last: Delivery | undefined, signal: AbortSignal): Promise<void> {
    if (last && isExpired(dispatch.publishedAt, this.#clock.now())) {
      return this.#deadLetter(dispatch, "TimeToLiveExceeded", last);
    }
    const attempt = (last?.attempt ?? 0) + 1;
    const attemptedAt = isoTime(this.#clock.now());
    const result = await callWebhook(this.#clock, notificationRequest(dispatch, attempt), signal);
    const next = afterAttempt(attempt, result.kind === "response" ? result.status : undefined);
    const delivery: Delivery = {
      subscription: dispatch.subscription().name,
      eventId: dispatch.event.id,
      eventType: dispatch.event.eventType,
      attempt,
      attemptedAt,
      ...outcomeMembers(result),
      ...(next.kind === "retry" && { nextAttemptAt: isoTime(this.#clock.now() + next.delayMs) }),
    };
    this.#deliveries.push(delivery);
    if (next.kind !== "done") this.#log(described(delivery));
    if (next.kind === "retry") {
      this.#scheduler.add(next.delayMs, (nextSignal) => this.#attempt(dispatch, delivery, nextSignal));
    }
    if (next.kind === "dead-letter") this.#deadLetter(dispatch, next.reason, delivery);
  }

  #deadLetter(dispatch: Dispatch, reason: string, last: Delivery): void {
    this.#deadLetters.push({
      subscription: last.subscription,
      event: dispatch.event,
      deadLetterReason: reason,
      deliveryAttempts: last.attempt,
      lastDeliveryOutcome: last.outcome,
      ...(last.status !== undefined && { lastHttpStatusCode: last.status }),
      publishTime: isoTime(dispatch.publishedAt),
      lastDeliveryAttemptTime: last.attemptedAt,
    });
    this.#log(`event ${last.eventId} dead-lettered for ${last.subscription}: ${reason}`);
  }
}

const outcomeMembers = (result: WebhookResult): Pick<Delivery, "outcome" | "status" | "error"> =>
  result.kind === "response"
    ? { outcome: outcomeOf(result.status), status: result.status }
    : { outcome: result.kind === "ConnectError" ? "SocketError" : result.kind, error: result.message };

const described = (delivery: Delivery): string =>
  `event ${delivery.eventId} not accepted by ${delivery.subscription}, attempt ${delivery.attempt}: ` +
  `${delivery.status ?? delivery.error}${delivery.nextAttemptAt ? `; next at ${delivery.nextAttemptAt}` : ""}`;

const isoTime = (time: number): string => new Date(time).toISOString();
