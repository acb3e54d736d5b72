import * as z from "zod";
import type { Consent, Thread } from "../../../shared/conversation/thread.ts";
import { agentIdSchema, messageIdSchema, settingIdSchema, threadIdSchema } from "../../../shared/kernel/ids.ts";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import { addressSchema } from "../../../shared/sms/address.ts";
import type { Complete } from "./complete.ts";

const consentSourceViewSchema = z.discriminatedUnion("kind", [
  z
    .object({ kind: z.literal("customer"), messageId: messageIdSchema })
    .meta({ description: "The customer, by the keyword in this message" }),
  z.object({ kind: z.literal("provider") }).meta({ description: "The provider, which refused a text" }),
  z.object({ kind: z.literal("administrator"), agentId: agentIdSchema, reason: z.string() }),
]);

const consentViewSchema = z.object({
  optedOut: z.boolean(),
  changedAt: instantSchema,
  source: consentSourceViewSchema.meta({ description: "Who changed the consent" }),
});

const optOutShape = {
  id: threadIdSchema.meta({ description: "The id of the thread" }),
  channelId: settingIdSchema,
  channelNumber: addressSchema.meta({ description: "The number of the channel" }),
  customer: addressSchema.meta({ description: "The address of the customer" }),
  consent: consentViewSchema.optional().meta({ description: "The present consent; absent if it never changed" }),
};

export const optOutViewSchema = z.object(optOutShape).meta({ id: "OptOut" });
type OptOutView = z.output<typeof optOutViewSchema>;

export const optOutHistoryViewSchema = z
  .object({
    ...optOutShape,
    consentHistory: z.array(consentViewSchema).meta({ description: "All changes of the consent, oldest first" }),
  })
  .meta({ id: "OptOutHistory" });
type OptOutHistoryView = z.output<typeof optOutHistoryViewSchema>;

const consentSourceView = (source: Consent["source"]): z.output<typeof consentSourceViewSchema> => {
  switch (source.kind) {
    case "customer":
      return { kind: source.kind, messageId: source.messageId };
    case "provider":
      return { kind: source.kind };
    case "administrator":
      return { kind: source.kind, agentId: source.agentId, reason: source.reason };
    default:
      return source satisfies never;
  }
};

type ConsentView = z.output<typeof consentViewSchema>;

const consentView = ({ optedOut, changedAt, source }: Consent): Complete<Consent, ConsentView> => ({
  optedOut,
  changedAt,
  source: consentSourceView(source),
});

/** Members of a thread that are not about consent. */
type Unrelated = "block" | "helpReplies" | "lastNumber" | "contactId" | "continuedBy" | "writtenFrom";

export const optOutView = (thread: Thread): Complete<Thread, OptOutView, Unrelated | "consentHistory"> => ({
  id: thread.id,
  channelId: thread.channelId,
  channelNumber: thread.channelNumber,
  customer: thread.customer,
  consent: thread.consent && consentView(thread.consent),
});

export const optOutHistoryView = (thread: Thread): Complete<Thread, OptOutHistoryView, Unrelated> => ({
  ...optOutView(thread),
  consentHistory: thread.consentHistory.map(consentView),
});
