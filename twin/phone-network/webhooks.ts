import type { Clock } from "../clock.ts";
import type { Agenda } from "../webhooks/agenda.ts";
import { callWebhook, type WebhookAnswer, type WebhookCall } from "../webhooks/call-webhook.ts";
import { EventLine } from "../webhooks/event-lane.ts";
import type { CallsUnderWay } from "../webhooks/in-flight-calls.ts";
import type { Faults } from "./faults.ts";

/** Something that a provider tells an app by calling its webhook. */
export interface Notice {
  readonly provider: "twilio" | "telesign";
  readonly about: "text" | "report";
  readonly messageId: string;
  /** The same in every attempt, but for the time that is left. */
  readonly call: Omit<WebhookCall, "withinMs">;
  readonly patience: Patience;
  /** Called with the answer that was accepted. */
  readonly onAccepted?: (answer: Answered) => void;
}

export type Answered = Extract<WebhookAnswer, { kind: "answered" }>;

/** What a provider puts up with. Times are milliseconds of the clock. */
export interface Patience {
  readonly accepts: (status: number) => boolean;
  /** @param elapsedMs - since the first attempt began. */
  readonly withinMs: (elapsedMs: number) => number;
  /** @returns the wait until the next attempt; undefined when there is none. @param attempts - those made, 1 or more. */
  readonly retryAfterMs: (attempts: number, answer: WebhookAnswer, elapsedMs: number) => number | undefined;
}

/** One call of a provider to a webhook, with what came of it. Times are ISO 8601, UTC. */
export interface WebhookAttempt {
  readonly provider: Notice["provider"];
  readonly about: Notice["about"];
  readonly messageId: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly attemptedAt: string;
  readonly outcome: "accepted" | "refused" | Exclude<WebhookAnswer["kind"], "answered">;
  readonly status?: number;
  /** The body that was answered. */
  readonly answer?: string;
  /** Why there was no answer. */
  readonly error?: string;
  readonly nextAttemptAt?: string;
}

/** Calls the webhooks of the providers that have no Event Grid between them and the app, and keeps a record of it. */
export class Webhooks {
  readonly #clock: Clock;
  readonly #agenda: Agenda;
  readonly #faults: Faults;
  readonly #calls: CallsUnderWay;
  readonly #log: (line: string) => void;
  readonly #attempts: WebhookAttempt[] = [];
  readonly #lines = new Map<string, EventLine<Notice>>();

  constructor(parts: {
    clock: Clock;
    agenda: Agenda;
    faults: Faults;
    calls: CallsUnderWay;
    log: (line: string) => void;
  }) {
    this.#clock = parts.clock;
    this.#agenda = parts.agenda;
    this.#faults = parts.faults;
    this.#calls = parts.calls;
    this.#log = parts.log;
  }

  /** @param parties - the phone numbers that the notice is about, for faults to match. */
  send(notice: Notice, parties: readonly string[]): void {
    const name = `${notice.provider} ${notice.about}`;
    const line = this.#lines.get(name) ?? this.#newLine();
    this.#lines.set(name, line);
    line.send(notice, parties);
  }

  /** Lets go of the notices that a fault holds back. */
  releaseHeld(): void {
    for (const line of this.#lines.values()) line.release();
  }

  /** Every call that has ended, oldest first. */
  attempts(): readonly WebhookAttempt[] {
    return [...this.#attempts];
  }

  #newLine(): EventLine<Notice> {
    return new EventLine(this.#faults, (notice, delayMs, onFirstAttempt) =>
      this.#agenda.add(delayMs, () =>
        this.#calls.begin(async (giveUp) => {
          await this.#attempt(notice, 1, giveUp);
          onFirstAttempt();
        }),
      ),
    );
  }

  /** @param firstAt - when the first attempt began; undefined when this is it. */
  async #attempt(notice: Notice, attempt: number, giveUp: AbortSignal, firstAt?: number): Promise<void> {
    const { call, patience } = notice;
    const attemptedAt = this.#clock.now();
    const beganAt = firstAt ?? attemptedAt;
    const withinMs = patience.withinMs(attemptedAt - beganAt);
    const answer = await callWebhook(this.#clock, { ...call, withinMs }, giveUp);
    const now = this.#clock.now();
    const isAccepted = answer.kind === "answered" && patience.accepts(answer.status);
    const waitMs = isAccepted ? undefined : patience.retryAfterMs(attempt, answer, now - beganAt);
    const record: WebhookAttempt = {
      provider: notice.provider,
      about: notice.about,
      messageId: notice.messageId,
      attempt,
      attemptedAt: new Date(attemptedAt).toISOString(),
      ...result(answer, isAccepted),
      ...(waitMs !== undefined && { nextAttemptAt: new Date(now + waitMs).toISOString() }),
    };
    this.#attempts.push(record);
    if (isAccepted) notice.onAccepted?.(answer);
    else this.#log(described(record));
    if (waitMs === undefined) return;
    this.#agenda.add(waitMs, () => this.#calls.begin((signal) => this.#attempt(notice, attempt + 1, signal, beganAt)));
  }
}

const result = (answer: WebhookAnswer, isAccepted: boolean) =>
  answer.kind === "answered"
    ? { outcome: isAccepted ? ("accepted" as const) : ("refused" as const), status: answer.status, answer: answer.body }
    : { outcome: answer.kind, error: answer.message };

const described = (record: WebhookAttempt): string =>
  `${record.provider} ${record.about} ${record.messageId} not accepted, attempt ${record.attempt}: ` +
  `${record.status ?? record.error}${record.nextAttemptAt ? `; next at ${record.nextAttemptAt}` : "; given up"}`;
