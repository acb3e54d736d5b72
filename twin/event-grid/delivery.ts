import type { Clock } from "../clock.ts";
import type { Agenda } from "../webhooks/agenda.ts";
import { callWebhook, type WebhookAnswer } from "../webhooks/call-webhook.ts";
import type { CallsUnderWay } from "../webhooks/in-flight-calls.ts";
import type { EventGridEvent } from "./event.ts";
import { type Dispatch, notification } from "./notification.ts";
import { type AttemptOutcome, afterAttempt, isExpired, outcomeOf } from "./retry-schedule.ts";

/** One attempt to deliver an event, with what came of it. Times are ISO 8601, UTC. */
export interface Delivery {
  readonly subscription: string;
  readonly eventId: string;
  readonly eventType: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly attemptedAt: string;
  readonly outcome: AttemptOutcome;
  /** The endpoint's HTTP status; absent when it gave no answer. */
  readonly status?: number;
  /** Why there was no answer. */
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

/** Brings events to webhooks, again and again until they are accepted or given up, and keeps a record of it. */
export class Deliverer {
  readonly #clock: Clock;
  readonly #agenda: Agenda;
  readonly #log: (line: string) => void;
  readonly #deliveries: Delivery[] = [];
  readonly #deadLetters: DeadLetter[] = [];
  readonly #calls: CallsUnderWay;

  constructor(parts: { clock: Clock; agenda: Agenda; calls: CallsUnderWay; log: (line: string) => void }) {
    this.#clock = parts.clock;
    this.#agenda = parts.agenda;
    this.#calls = parts.calls;
    this.#log = parts.log;
  }

  /**
   * @param delayMs - milliseconds until the first attempt.
   * @param onFirstAttempt - called when the first attempt has ended, however it did.
   */
  deliver(dispatch: Dispatch, delayMs: number, onFirstAttempt: () => void): void {
    this.#agenda.add(delayMs, () => {
      this.#calls.begin(async (giveUp) => {
        await this.#attempt(dispatch, undefined, giveUp);
        onFirstAttempt();
      });
    });
  }

  /** Every attempt that has ended, oldest first. */
  deliveries(): readonly Delivery[] {
    return [...this.#deliveries];
  }

  deadLetters(): readonly DeadLetter[] {
    return [...this.#deadLetters];
  }

  #tryAgain(dispatch: Dispatch, delayMs: number, last: Delivery): void {
    this.#agenda.add(delayMs, () => this.#calls.begin((giveUp) => this.#attempt(dispatch, last, giveUp)));
  }

  async #attempt(dispatch: Dispatch, last: Delivery | undefined, giveUp: AbortSignal): Promise<void> {
    if (last && isExpired(dispatch.publishedAt, this.#clock.now())) {
      return this.#deadLetter(dispatch, "TimeToLiveExceeded", last);
    }
    const attempt = (last?.attempt ?? 0) + 1;
    const attemptedAt = isoTime(this.#clock.now());
    const answer = await callWebhook(this.#clock, notification(dispatch, attempt), giveUp);
    const status = answer.kind === "answered" ? answer.status : undefined;
    const next = afterAttempt(attempt, status);
    const delivery: Delivery = {
      subscription: dispatch.subscription().name,
      eventId: dispatch.event.id,
      eventType: dispatch.event.eventType,
      attempt,
      attemptedAt,
      ...result(answer),
      ...(next.kind === "retry" && { nextAttemptAt: isoTime(this.#clock.now() + next.delayMs) }),
    };
    this.#deliveries.push(delivery);
    if (next.kind !== "done") this.#log(described(delivery));
    if (next.kind === "retry") this.#tryAgain(dispatch, next.delayMs, delivery);
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
    this.#log(`event ${last.eventId} given up for ${last.subscription}: ${reason}`);
  }
}

const result = (answer: WebhookAnswer): Pick<Delivery, "outcome" | "status" | "error"> =>
  answer.kind === "answered"
    ? { outcome: outcomeOf(answer.status), status: answer.status }
    : { outcome: answer.kind === "ConnectError" ? "SocketError" : answer.kind, error: answer.message };

const described = (delivery: Delivery): string =>
  `event ${delivery.eventId} not accepted by ${delivery.subscription}, attempt ${delivery.attempt}: ` +
  `${delivery.status ?? delivery.error}${delivery.nextAttemptAt ? `; next at ${delivery.nextAttemptAt}` : ""}`;

const isoTime = (time: number): string => new Date(time).toISOString();
