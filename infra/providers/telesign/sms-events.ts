import * as z from "zod";
import type { DeliveryReport, InboundText, Parsed } from "../../../shared/sms/provider.ts";
import { providerAddressSchema, recognisedKeywordSchema, timestampSchema, unreadable } from "../event-fields.ts";
import { outcomeOf } from "./status-codes.ts";

/** Other kinds of messages are `mo_mms` and `mo_rcs`. */
const INBOUND_SMS = "mo_sms";

const receivedSchema = z.object({
  callback: z.object({
    reference_id: z.string().min(1),
    sub_resource: z.literal(INBOUND_SMS),
    submit_timestamp: timestampSchema,
    user_response: z.object({
      phone_number: providerAddressSchema,
      sender_id: providerAddressSchema,
      mo_message: z.string().nullish(),
      /** stop, start, help or generic. TeleSign replies to none of them. Source: TeleSign, inbound SMS. */
      action: recognisedKeywordSchema,
    }),
  }),
});

const reportSchema = z.object({
  callback: z.object({
    reference_id: z.string().min(1),
    sub_resource: z
      .string()
      .regex(/^(?!mo_)/)
      .nullish(),
    user_response: z.null().optional(),
    status: z.object({ code: z.int(), updated_on: timestampSchema }),
    external_id: z.string().nullish(),
  }),
});

export const parseReceivedEvent = (event: unknown): Parsed<InboundText> => {
  const parsed = receivedSchema.safeParse(event);
  if (!parsed.success) return unreadable(parsed.error);
  const {
    reference_id: providerMessageId,
    submit_timestamp: submitted,
    user_response: response,
  } = parsed.data.callback;
  return {
    kind: "parsed",
    value: {
      provider: "telesign",
      providerMessageId,
      from: response.phone_number,
      to: response.sender_id,
      text: response.mo_message ?? "",
      ...(response.action && { verdict: { keyword: response.action, isAnswered: false } }),
      receivedAt: submitted.at,
      ...(submitted.assumesUtc && { timeAssumesUtc: true }),
    },
  };
};

export const parseReportEvent = (event: unknown): Parsed<DeliveryReport> => {
  const parsed = reportSchema.safeParse(event);
  if (!parsed.success) return unreadable(parsed.error);
  const { reference_id: providerMessageId, external_id: tag, status } = parsed.data.callback;
  return {
    kind: "parsed",
    value: {
      provider: "telesign",
      providerMessageId,
      ...(tag != null && { tag }),
      ...outcomeOf(status.code),
      code: String(status.code),
      reportedAt: status.updated_on.at,
    },
  };
};
