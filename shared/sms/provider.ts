import * as z from "zod";
import type { Instant } from "../kernel/instant.ts";
import type { Address } from "./address.ts";
import type { Failure } from "./failure.ts";

/** The name of a company that carries texts, such as "acs". Which ones the app knows, its registry says. */
export const providerNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9]{1,19}$/, "must be the name of a provider, such as acs")
  .meta({ examples: ["acs"] });
export type ProviderName = z.infer<typeof providerNameSchema>;

/** The kinds of numbers that a business can text from: they differ in pace, and in who answers STOP. */
export const numberTypeSchema = z.enum(["toll-free", "long-code", "short-code", "mobile"]);
type NumberType = z.infer<typeof numberTypeSchema>;

/** A picture or the like that came with a text. It is kept as a link, and never fetched. */
export const mediaSchema = z.object({ url: z.url({ protocol: /^https?$/ }), contentType: z.string().max(200) });
export type Media = z.infer<typeof mediaSchema>;

/** A customer's text, as the provider told of it. */
export interface InboundText {
  readonly provider: ProviderName;
  /** The provider's id of the message: the same each time the event is delivered. */
  readonly providerMessageId: string;
  readonly from: Address;
  /** The number that was texted: one of the organisation's channels. */
  readonly to: Address;
  /** Whole, of any length; may be empty. */
  readonly text: string;
  readonly media?: readonly Media[];
  /** When the provider received it; texts of a thread are in this order. */
  readonly receivedAt: Instant;
}

/** What became of a reply, as the provider reports it. */
export interface DeliveryReport {
  readonly provider: ProviderName;
  readonly providerMessageId: string;
  /** What `send` was given as `tag`, if the provider told it again. */
  readonly tag?: string;
  /** `sent`: it is on its way; where the carrier gives no reports, nothing more will be heard. Not a failure. */
  readonly outcome: "sent" | "delivered" | "failed";
  /** Why it failed. */
  readonly failure?: Failure;
  /** The provider's own code, such as "4006". */
  readonly code?: string;
  readonly reportedAt: Instant;
}

/** An event that was read: what it says, or why nothing can be made of it. */
export type Parsed<T> =
  | { readonly kind: "parsed"; readonly value: T }
  | { readonly kind: "unreadable"; readonly reason: string };

/** The earlier attempts to hand over a text. */
export interface Attempts {
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** One text on its way to a customer. */
export interface OutboundText {
  /** The id of the message; every attempt of one message carries the same, so that it has one effect at most. */
  readonly messageId: string;
  readonly from: Address;
  readonly to: Address;
  readonly text: string;
  /** When the message was first to be sent: a part of its idempotency key. */
  readonly firstSentAt: Instant;
  /**
   * When the first and the last earlier attempt were made whose outcome is not on record; only for providers that are
   * not idempotent. Such a provider has to find out first whether it has the text already.
   */
  readonly previousAttempts?: Attempts;
  /** Comes back in the delivery report. */
  readonly tag: string;
}

/** What a provider answered to a text. */
export type SendResult =
  | { readonly kind: "accepted"; readonly providerMessageId: string }
  /** It will never be sent; asking again gives the same answer. */
  | { readonly kind: "refused"; readonly failure: Failure; readonly code: string }
  /** An earlier attempt may have been taken, and nobody can tell: sending again could text the customer twice. */
  | { readonly kind: "unknown" };

/** What a provider can do, and leaves to us. */
export interface ProviderCapabilities {
  /**
   * What is done about an attempt whose outcome is unknown. `idempotent`: it is made again, without a second effect.
   * `lookup`: the provider is asked whether it has the text. `unsafe`: nobody can tell, so it is never made again.
   */
  readonly retrySafety: "idempotent" | "lookup" | "unsafe";
  /** Whether it tells what became of a text after it was taken. */
  readonly hasDeliveryReports: boolean;
  /** Most UTF-16 code units of one text. */
  readonly maxTextLength: number;
  /**
   * The words that the provider, or the carriers' network, answers by itself, by type of number; in capitals, such as
   * "STOP". To all other keywords the answer is ours.
   */
  readonly handledKeywords: Readonly<Record<NumberType, readonly string[]>>;
  /** Most segments a minute that it takes from one number, by type; nothing where it is not known. */
  readonly segmentsPerMinute: Readonly<Partial<Record<NumberType, number>>>;
}

/** A call that somebody made to our address for a provider's calls. */
export interface WebhookCall {
  /** Our public address as the provider knows it, with the query as it came. */
  readonly url: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it came, read as UTF-8. */
  readonly body: string;
}

/** What a call is about, in a form that can be kept and read again. */
export type WebhookReading =
  /** Not signed by the provider's account: nothing of it may be believed or kept. */
  | { readonly kind: "invalid-signature" }
  | { readonly kind: "valid"; readonly source: "sms-received" | "sms-delivery-report"; readonly event: unknown };

/** How a provider calls us, where it does so itself. */
export interface Webhook {
  /** Checks and reads a call. Never throws. */
  read(call: WebhookCall): WebhookReading;
  /** What the provider takes for "received": at once, and without a text to the customer. */
  readonly response: { readonly status: number; readonly contentType: string; readonly body: string };
}

/** What a real call to the provider said of a number: in an operator's words, what is right and what is wrong. */
export interface Verification {
  readonly checks: readonly { readonly ok: boolean; readonly message: string }[];
}

/** A company that carries texts. */
export interface SmsProvider {
  readonly capabilities: ProviderCapabilities;
  /** Absent where another service brings its events. */
  readonly webhook?: Webhook;
  /** Reads an event of a received text, in any of the forms the provider documents. Never throws. */
  parseReceived(event: unknown): Parsed<InboundText>;
  /** Reads an event of a delivery report, in any of the forms the provider documents. Never throws. */
  parseReport(event: unknown): Parsed<DeliveryReport>;
  /**
   * Hands a text over, with one effect at most, however often it is asked to.
   * @throws OutcomeUnknownError when the text may or may not have been taken.
   * @throws TransientError when it was not taken: the provider is busy or out of reach, after a bounded wait.
   */
  send(text: OutboundText): Promise<SendResult>;
  /**
   * Asks the provider, by a call that has no effect, whether a number can be used.
   * @throws TransientError when it is out of reach.
   */
  verify(number: Address): Promise<Verification>;
}

/** The providers that the app's settings tell how to reach. */
export type Providers = Readonly<Partial<Record<ProviderName, SmsProvider>>>;

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly providers: Providers;
  }
}
