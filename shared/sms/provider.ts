import * as z from "zod";
import type { Instant } from "../kernel/instant.ts";
import type { Address } from "./address.ts";
import type { Failure } from "./failure.ts";
import type { KeywordVerdict } from "./keyword.ts";

/** The name of a provider, such as "acs". The app's registry lists the names that it knows. */
export const providerNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9]{1,19}$/, "must be the name of a provider, such as acs")
  .meta({ examples: ["acs"] });
export type ProviderName = z.infer<typeof providerNameSchema>;

/** The kinds of numbers that a business can text from. They differ in pace, and in who replies to STOP. */
export const numberTypeSchema = z.enum(["toll-free", "long-code", "short-code", "mobile"]);
type NumberType = z.infer<typeof numberTypeSchema>;

/** A file that came with a text. Only the link is stored; it is never fetched. */
export const mediaSchema = z.object({ url: z.url({ protocol: /^https?$/ }), contentType: z.string().max(200) });
export type Media = z.infer<typeof mediaSchema>;

/** A text from a customer, as the provider reports it. */
export interface InboundText {
  readonly provider: ProviderName;
  /** The provider's id of the message: the same in every delivery of the event. */
  readonly providerMessageId: string;
  readonly from: Address;
  /** The number that was texted: one of the organisation's channels. */
  readonly to: Address;
  /** Complete, of any length; may be empty. */
  readonly text: string;
  readonly media?: readonly Media[];
  /** The provider's own verdict that the text is a keyword. It counts, whatever the word. */
  readonly verdict?: KeywordVerdict;
  /** When the provider received it. The texts of a thread are in this order. */
  readonly receivedAt: Instant;
  /** Whether the provider gave that time without a zone, so that it is taken as UTC. */
  readonly timeAssumesUtc?: boolean;
}

/** What a provider says about a message after it was accepted. */
export interface DeliveryReport {
  readonly provider: ProviderName;
  readonly providerMessageId: string;
  /** The `tag` that `send` was given; undefined when the provider does not return it. */
  readonly tag?: string;
  /** `sent`: on its way, and the last report where the carrier gives no others. It is not a failure. */
  readonly outcome: "sent" | "delivered" | "failed";
  /** Set when the outcome is `failed`. */
  readonly failure?: Failure;
  /** The provider's own code, such as "4006". */
  readonly code?: string;
  readonly reportedAt: Instant;
}

/** The content of an event, or the reason why it cannot be read; the reason contains no number and no text. */
export type Parsed<T> =
  | { readonly kind: "parsed"; readonly value: T }
  | { readonly kind: "unreadable"; readonly reason: string };

/** The first and the last attempt to send a message whose outcomes are not recorded. */
export interface Attempts {
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** A text to a customer, as it is handed to a provider. */
export interface OutboundText {
  /** The id of the message: the same in every attempt, so that the customer gets one text at most. */
  readonly messageId: string;
  readonly from: Address;
  readonly to: Address;
  readonly text: string;
  /** When the message was created. A part of its idempotency key at some providers. */
  readonly firstSentAt: Instant;
  /**
   * Earlier attempts that may have had their effect. Undefined when there are none, and for an idempotent provider. With
   * it, a `lookup` provider first searches for the text, and an `unsafe` provider sends nothing.
   */
  readonly previousAttempts?: Attempts;
  /** Returned in the delivery report. */
  readonly tag: string;
}

/**
 * A provider's decision on a text. `refused`: it will never be sent, and the same request would be refused again.
 * `unknown`: an earlier attempt may have had its effect, so a new one could text the customer twice.
 */
export type SendResult =
  | { readonly kind: "accepted"; readonly providerMessageId: string }
  | { readonly kind: "refused"; readonly failure: Failure; readonly code: string }
  | { readonly kind: "unknown" };

/** What a provider does itself, and what it leaves to us. */
export interface ProviderCapabilities {
  /**
   * How an attempt with an unknown outcome is retried. `idempotent`: the request is repeated, without a second effect.
   * `lookup`: the provider is searched for the text first. `unsafe`: it is never repeated.
   */
  readonly retrySafety: "idempotent" | "lookup" | "unsafe";
  /** Whether it sends delivery reports. */
  readonly hasDeliveryReports: boolean;
  /** Most UTF-16 code units of one text. */
  readonly maxTextLength: number;
  /**
   * The keywords to which the provider or the carriers reply, by type of number: in capitals, such as "STOP". We reply to
   * all others.
   */
  readonly handledKeywords: Readonly<Record<NumberType, readonly string[]>>;
  /** Most segments a minute that it accepts from one number, by type; undefined when it is not known. */
  readonly segmentsPerMinute: Readonly<Partial<Record<NumberType, number>>>;
}

/** A webhook request from a provider. */
export interface WebhookCall {
  /** Our public address as the provider knows it, with the query string unchanged. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The raw body, decoded as UTF-8. A body that is not UTF-8 is refused before. */
  readonly body: string;
}

/**
 * The event that a call carries, as plain JSON that can be stored and parsed later. With an invalid signature, nothing
 * of the call may be trusted or stored.
 */
export type WebhookReading =
  | { readonly kind: "invalid-signature" }
  | { readonly kind: "valid"; readonly source: "sms-received" | "sms-delivery-report"; readonly event: unknown };

/** How a provider calls us. */
export interface Webhook {
  /** Verifies the signature of a call and extracts its event. Never throws. */
  read(call: WebhookCall): WebhookReading;
  /** The response that acknowledges a call, without a text to the customer. */
  readonly response: { readonly status: number; readonly contentType: string; readonly body: string };
}

/** The result of verifying a number with the provider: sentences for an operator. */
export interface Verification {
  readonly checks: readonly { readonly ok: boolean; readonly message: string }[];
}

/**
 * A company that carries texts.
 *
 * @remarks
 * All attempts of one `send` together take less than the lock on the queued request, 300 seconds. Errors and reasons
 * name the message by its id, and hold no number, text or key. An error that is not listed here is a defect: it escapes,
 * and the request is dead-lettered.
 */
export interface SmsProvider {
  readonly capabilities: ProviderCapabilities;
  /** Undefined when another service delivers the provider's events, as Event Grid does for ACS. */
  readonly webhook?: Webhook;
  /** Parses the event of a received text, in each form that the provider documents. Never throws. */
  parseReceived(event: unknown): Parsed<InboundText>;
  /** Parses the event of a delivery report, in each form that the provider documents. Never throws. */
  parseReport(event: unknown): Parsed<DeliveryReport>;
  /**
   * Sends a text. Repeated calls with the same message id text the customer once at most.
   * @throws OutcomeUnknownError when the text may have been accepted: no response, or a status that says nothing.
   * @throws TransientError when it was not accepted, and may be later: no connection, too busy, or a wrong key.
   * @example
   * ```ts
   * const result = await provider.send({ messageId, from, to, text, firstSentAt, tag });
   * if (result.kind === "refused") return fail(result.failure, result.code);
   * ```
   */
  send(text: OutboundText): Promise<SendResult>;
  /**
   * Checks that the provider accepts requests of this app. Undefined for a provider that only `verify` can check.
   * @throws TransientError or OutcomeUnknownError when the provider cannot be reached, or refuses the app.
   */
  ping?(): Promise<void>;
  /**
   * Verifies that a number can be used, by a request that sends no text.
   * @throws TransientError when the provider cannot be reached.
   * @throws OutcomeUnknownError when the provider does not respond to a request that may have had its effect.
   */
  verify(number: Address): Promise<Verification>;
}

/** The providers that the app is set up for. */
export type Providers = Readonly<Partial<Record<ProviderName, SmsProvider>>>;

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly providers: Providers;
  }
}
