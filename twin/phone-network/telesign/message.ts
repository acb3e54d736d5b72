import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { Text } from "../carrier.ts";
import { withoutPlus } from "../phone-number.ts";
import { segment } from "../segments.ts";
import { type TelesignStatus, timestamp } from "./status.ts";

export const referenceIdSchema = z
  .string()
  .regex(/^[0-9A-F]{32}$/, { error: "The id of a TeleSign message is 32 hexadecimal digits in capitals." });

export const newReferenceId = (): string => randomBytes(16).toString("hex").toUpperCase();

/** A text sent through TeleSign. `messageId` is its reference id. */
export interface TelesignMessage extends Text {
  readonly externalId: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly submittedAt: number;
  status: TelesignStatus;
}

/** The body of a delivery report, and of the response to a status request. */
export const reportOf = (message: TelesignMessage, status: TelesignStatus) => ({
  reference_id: message.messageId,
  submit_timestamp: timestamp(message.submittedAt),
  status,
  ...(message.externalId !== undefined && { external_id: message.externalId }),
  additional_info: {
    sender_id: withoutPlus(message.from),
    cleansed_phone_number: withoutPlus(message.to),
    message_parts_count: segment(message.text).segmentCount,
    price: "0.0065",
    currency: "USD",
  },
});
