import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { DeliveryReport, Outcome, Text } from "../carrier.ts";
import { segment } from "../segments.ts";

export const sidSchema = z
  .string()
  .regex(/^(SM|MM)[0-9a-f]{32}$/, { error: "The id of a Twilio message is SM or MM and 32 hexadecimal digits." });

/** @param prefix - MM for a text with media. */
export const newSid = (prefix: "SM" | "MM" = "SM"): string => prefix + randomBytes(16).toString("hex");

type MessageStatus = "queued" | "sent" | "delivered" | "undelivered" | "failed" | "received";

/** A text as Twilio stores it. Times are milliseconds since the Unix epoch. */
export interface TwilioMessage extends Text {
  readonly direction: "outbound-api" | "outbound-reply" | "inbound";
  readonly media: readonly { readonly url: string; readonly contentType: string }[];
  readonly createdAt: number;
  status: MessageStatus;
  sentAt?: number;
  updatedAt: number;
  errorCode?: number;
}

const BLOCKED_BY_CARRIER = 30004;
const UNKNOWN_ERROR = 30008;
/** Errors after which a text does not leave Twilio: queue overflow and suspended account. */
const NEVER_SENT: readonly number[] = [30001, 30002];

/** A status with its error code, if it has one. */
export interface Result {
  readonly status: MessageStatus;
  readonly errorCode?: number;
}

/** The final status of an outcome. Not certain: the code of a text that the toll-free network blocked. */
export const resultOf = (outcome: Outcome): Result => {
  if (outcome.kind === "delivered") return { status: "delivered" };
  const errorCode = outcome.kind === "opted-out" ? BLOCKED_BY_CARRIER : (outcome.code ?? UNKNOWN_ERROR);
  return { status: NEVER_SENT.includes(errorCode) ? "failed" : "undelivered", errorCode };
};

/** Records that a text has been sent. A final status stays. */
export const markSent = (message: TwilioMessage, now: number): void => {
  message.sentAt = now;
  message.updatedAt = now;
  if (message.status === "queued") message.status = "sent";
};

export const markReported = (message: TwilioMessage, { outcome, reportedAt }: DeliveryReport): void => {
  Object.assign(message, resultOf(outcome), { updatedAt: reportedAt });
};

/** The message resource. Source: twilio-oai, twilio_api_v2010.json. */
export const messageResource = (message: TwilioMessage, accountSid: string) => {
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${message.messageId}`;
  return {
    account_sid: accountSid,
    api_version: "2010-04-01",
    body: message.text,
    date_created: rfc2822(message.createdAt),
    date_sent: message.sentAt === undefined ? null : rfc2822(message.sentAt),
    date_updated: rfc2822(message.updatedAt),
    direction: message.direction,
    error_code: message.errorCode ?? null,
    error_message: null,
    from: message.from,
    messaging_service_sid: null,
    num_media: String(message.media.length),
    num_segments: String(segment(message.text).segmentCount),
    price: null,
    price_unit: "USD",
    sid: message.messageId,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
};

/** A date in Twilio's format. Source: RFC 2822. */
const rfc2822 = (time: number): string => new Date(time).toUTCString().replace("GMT", "+0000");
