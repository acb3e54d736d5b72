import type { Clock } from "../clock.ts";
import {
  callWebhook,
  type WebhookRequest,
  type WebhookResponse,
  type WebhookResult,
} from "../webhooks/call-webhook.ts";
import { EventLane } from "../webhooks/event-lane.ts";
import type { Scheduler } from "../webhooks/scheduler.ts";
import type { Faults } from "./faults.ts";

/** A call of a provider to an app's webhook. */
export interface WebhookCall {
  readonly provider: string;
  readonly about: "text" | "report";
  readonly messageId: string;
  /** The same in each attempt. */
  readonly request: Omit<WebhookRequest, "timeoutMs">;
  readonly retryPolicy: RetryPolicy;
  /** Called with the response that was accepted. */
  readonly onAccepted?: (response: WebhookResponse) => void;
}

/** Times are milliseconds of the clock. */
export interface RetryPolicy {
  readonly accepts: (status: number) => boolean;
  /** @param elapsedMs - since the first attempt began. */
  readonly timeoutMs: (elapsedMs: number) => number;
  /** @param attempts - attempts so far, 1 or more. @returns the delay of the next attempt; undefined for none. */
  readonly retryAfterMs: (attempts: number, result: WebhookResult, elapsedMs: number) => number | undefined;
}

/** One attempt to call a webhook. Times are ISO 8601, UTC. */
export interface WebhookAttempt {
  readonly provider: WebhookCall["provider"];
  readonly about: WebhookCall["about"];
  readonly messageId: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly attemptedAt: string;
  readonly outcome: "accepted" | "refused" | Exclude<WebhookResult["kind"], "response">;
  readonly status?: number;
  readonly responseBody?: string;
  /** Reason for the missing response. */
  readonly error?: string;
  readonly nextAttemptAt?: string;
}

/** Where an attempt stands in the series of attempts of one call. */
interface Progress {
  /** 1 for the first. */
  readonly attempt: number;
  /** Start of the first attempt, in milliseconds since the Unix epoch; undefined before it. */
  readonly startedAt?: number;
}

/** Calls the webhooks of the providers that do not use Event Grid, and records the attempts. */
export class Webhooks {
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #log: (line: string) => void;
  readonly #attempts: WebhookAttempt[] = [];
  readonly #lanes = new Map<string, EventLane<WebhookCall>>();

  constructor(parts: { clock: Clock; scheduler: Scheduler; faults: Faults; log: (line: string) => void }) {
    this.#clock = parts.clock;
    this.#scheduler = parts.scheduler;
    this.#faults = parts.faults;
    this.#log = parts.log;
  }

  /** @param parties - the phone numbers that the call is about, for faults to match. */
  send(call: WebhookCall, parties: readonly string[]): void {
    const name = `${call.provider} ${call.about}`;
    const lane = this.#lanes.get(name) ?? this.#newLane();
    this.#lanes.set(name, lane);
    lane.send(call, this.#faults.forEvent(parties));
  }

  /** Makes the calls that the fault "hold" keeps back. */
  releaseHeld(): void {
    for (const lane of this.#lanes.values()) lane.releaseHeld();
  }

  /** All attempts that have ended, oldest first. */
  attempts(): readonly WebhookAttempt[] {
    return [...this.#attempts];
  }

  #newLane(): EventLane<WebhookCall> {
    return new EventLane((call, delayMs, onFirstAttempt) =>
      this.#scheduler.add(delayMs, async (signal) => {
        await this.#attempt(call, { attempt: 1 }, signal);
        onFirstAttempt();
      }),
    );
  }

  async #attempt(call: WebhookCall, { attempt, startedAt }: Progress, signal: AbortSignal): Promise<void> {
    const { request, retryPolicy } = call;
    const attemptedAt = this.#clock.now();
    const firstAt = startedAt ?? attemptedAt;
    const timeoutMs = retryPolicy.timeoutMs(attemptedAt - firstAt);
    const result = await callWebhook(this.#clock, { ...request, timeoutMs }, signal);
    const now = this.#clock.now();
    const isAccepted = result.kind === "response" && retryPolicy.accepts(result.status);
    const delayMs = isAccepted ? undefined : retryPolicy.retryAfterMs(attempt, result, now - firstAt);
    const record: WebhookAttempt = {
      provider: call.provider,
      about: call.about,
      messageId: call.messageId,
      attempt,
      attemptedAt: new Date(attemptedAt).toISOString(),
      ...outcomeMembers(result, isAccepted),
      ...(delayMs !== undefined && { nextAttemptAt: new Date(now + delayMs).toISOString() }),
    };
    this.#attempts.push(record);
    if (isAccepted) call.onAccepted?.(result);
    else this.#log(described(record));
    if (delayMs === undefined) return;
    const next = { attempt: attempt + 1, startedAt: firstAt };
    this.#scheduler.add(delayMs, (nextSignal) => this.#attempt(call, next, nextSignal));
  }
}

const outcomeMembers = (result: WebhookResult, isAccepted: boolean) =>
  result.kind === "response"
    ? {
        outcome: isAccepted ? ("accepted" as const) : ("refused" as const),
        status: result.status,
        responseBody: result.body,
      }
    : { outcome: result.kind, error: result.message };

const described = (record: WebhookAttempt): string =>
  `${record.provider} ${record.about} ${record.messageId} not accepted, attempt ${record.attempt}: ` +
  `${record.status ?? record.error}${record.nextAttemptAt ? `; next at ${record.nextAttemptAt}` : "; given up"}`;
