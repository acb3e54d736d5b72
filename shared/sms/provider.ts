import type { Instant } from "../instant.ts";
import type { Address } from "./address.ts";
import type { Failure } from "./failure.ts";

/** The companies that carry texts. */
export const PROVIDERS = ["acs"] as const;
export type ProviderName = (typeof PROVIDERS)[number];

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
  /** When the provider received it; texts of a thread are in this order. */
  readonly receivedAt: Instant;
}

/** What became of a reply, as the provider reports it. */
export interface DeliveryReport {
  readonly provider: ProviderName;
  readonly providerMessageId: string;
  /** What `send` was given as `tag`, if the provider told it again. */
  readonly tag?: string;
  /**
   * `unknown`: the carrier gives no reports, so nothing more will be heard. Not a failure.
   */
  readonly outcome: "delivered" | "failed" | "unknown";
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

/** One text on its way to a customer. */
export interface OutboundText {
  /** The id of the message; every attempt of one message carries the same, so that it has one effect at most. */
  readonly messageId: string;
  readonly from: Address;
  readonly to: Address;
  readonly text: string;
  /** When the message was first to be sent: a part of its idempotency key. */
  readonly firstSentAt: Instant;
  /** Comes back in the delivery report. */
  readonly tag: string;
}

/** What a provider answered to a text. */
export type SendResult =
  | { readonly kind: "accepted"; readonly providerMessageId: string }
  /** It will never be sent; asking again gives the same answer. */
  | { readonly kind: "refused"; readonly failure: Failure; readonly code: string };

/** A company that carries texts. */
export interface SmsProvider {
  /** Reads an event of a received text, in any of the forms the provider documents. Never throws. */
  parseReceived(event: unknown): Parsed<InboundText>;
  /** Reads an event of a delivery report, in any of the forms the provider documents. Never throws. */
  parseReport(event: unknown): Parsed<DeliveryReport>;
  /**
   * Hands a text over. Sending the same message again has no second effect.
   * @throws TransientError when the provider is busy, down or too slow, after a bounded wait; the text may or may not
   * have been taken, so the same message has to be sent again.
   */
  send(text: OutboundText): Promise<SendResult>;
}
