import * as z from "zod";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import {
  type DeliveryReport,
  type InboundText,
  type Media,
  mediaSchema,
  type Parsed,
} from "../../../shared/sms/provider.ts";
import { type DeliveryOutcome, failed } from "../delivery-outcome.ts";
import { providerAddressSchema, recognisedKeywordSchema, unreadable } from "../event-fields.ts";
import { failureOf } from "./error-codes.ts";

/** Most media of one text. Source: Twilio, inbound webhook request. */
const MAX_MEDIA = 10;

const eventOf = <T extends z.ZodType>(parameters: T) =>
  z.object({ receivedAt: instantSchema, tag: z.string().optional(), parameters });

/** An address of SMS. Those of other channels begin with the channel. Source: Twilio, channel addresses. */
const smsAddressSchema = z
  .string()
  .regex(/^(?!(?:client|messenger|rcs|sim|sip|whatsapp):)/i)
  .pipe(providerAddressSchema);

const receivedSchema = eventOf(
  z.looseObject({
    MessageSid: z.string().min(1),
    From: smsAddressSchema,
    To: smsAddressSchema,
    Body: z.string().default(""),
    /** STOP, START or HELP when Advanced Opt-Out has handled the text and replied. Source: Twilio, Advanced Opt-Out. */
    OptOutType: recognisedKeywordSchema,
    MessageStatus: z.undefined({ error: "belongs to a report" }).optional(),
  }),
);

/** By status. `partially_delivered` is for a text to several recipients, which we do not send. Source: Twilio, message status. */
const OUTCOMES = {
  accepted: "sent",
  scheduled: "sent",
  queued: "sent",
  sending: "sent",
  sent: "sent",
  delivered: "delivered",
  read: "delivered",
  undelivered: "failed",
  failed: "failed",
  canceled: "failed",
} as const;

const reportSchema = eventOf(
  z.object({
    MessageSid: z.string().min(1),
    MessageStatus: z.enum(Object.keys(OUTCOMES) as (keyof typeof OUTCOMES)[]),
    ErrorCode: z.string().optional(),
  }),
);

export const parseReceivedEvent = (event: unknown): Parsed<InboundText> => {
  const parsed = receivedSchema.safeParse(event);
  if (!parsed.success) return unreadable(parsed.error);
  const { receivedAt, parameters } = parsed.data;
  const { MessageSid: providerMessageId, From: from, To: to, Body: text, OptOutType: keyword } = parameters;
  const media = mediaOf(parameters);
  return {
    kind: "parsed",
    value: {
      provider: "twilio",
      providerMessageId,
      from,
      to,
      text,
      ...(media.length > 0 && { media }),
      ...(keyword && { verdict: { keyword, isAnswered: true } }),
      receivedAt,
    },
  };
};

/** Leaves out what is not a link: the text must not be lost with it. */
const mediaOf = (parameters: Readonly<Record<string, unknown>>): readonly Media[] =>
  Array.from({ length: MAX_MEDIA }, (_, n) =>
    mediaSchema.safeParse({ url: parameters[`MediaUrl${n}`], contentType: parameters[`MediaContentType${n}`] }),
  ).flatMap(({ data }) => (data ? [data] : []));

export const parseReportEvent = (event: unknown): Parsed<DeliveryReport> => {
  const parsed = reportSchema.safeParse(event);
  if (!parsed.success) return unreadable(parsed.error);
  const { receivedAt: reportedAt, tag, parameters } = parsed.data;
  const { MessageSid: providerMessageId, MessageStatus: status, ErrorCode: code } = parameters;
  return {
    kind: "parsed",
    value: {
      provider: "twilio",
      providerMessageId,
      ...(tag !== undefined && { tag }),
      ...outcomeOf(status, code),
      ...(code !== undefined && { code }),
      reportedAt,
    },
  };
};

const outcomeOf = (status: keyof typeof OUTCOMES, code: string | undefined): DeliveryOutcome => {
  const outcome = OUTCOMES[status];
  return outcome === "failed" ? failed(failureOf(code)) : { outcome };
};
