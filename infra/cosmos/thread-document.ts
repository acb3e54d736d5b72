import * as z from "zod";
import type { Block, Consent, HelpReply, Thread } from "../../shared/conversation/thread.ts";
import { agentIdSchema, messageIdSchema, threadIdSchema } from "../../shared/kernel/ids.ts";
import { instantSchema } from "../../shared/kernel/instant.ts";
import { complete, type DocumentKind, defineDocument, type EveryMember } from "./document-kind.ts";
import { storedAddressSchema, storedContactIdSchema } from "./stored-values.ts";

const sourceSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("customer"), messageId: messageIdSchema }),
  z.object({ kind: z.literal("provider") }),
  z.object({ kind: z.literal("administrator"), agentId: agentIdSchema, reason: z.string() }),
]);
type SourceDocument = z.infer<typeof sourceSchema>;

const consentSchema = z.object({
  /** Queries read it. */
  optedOut: z.boolean(),
  changedAt: instantSchema,
  source: sourceSchema,
});
type ConsentDocument = z.infer<typeof consentSchema>;

const helpReplySchema = z.object({ messageId: messageIdSchema, repliedAt: instantSchema });
type HelpReplyDocument = z.infer<typeof helpReplySchema>;

const blockSchema = z.object({
  /** Queries read it. */
  isBlocked: z.boolean(),
  changedAt: instantSchema,
  agentId: agentIdSchema,
  reason: z.string(),
});
type BlockDocument = z.infer<typeof blockSchema>;

const threadDocumentSchema = z.object({
  id: threadIdSchema,
  channelId: z.string(),
  channelNumber: storedAddressSchema,
  customer: storedAddressSchema,
  writtenFrom: z.object({ address: storedAddressSchema, at: instantSchema }).optional(),
  continuedBy: threadIdSchema.optional(),
  lastNumber: z.int(),
  contactId: storedContactIdSchema.optional(),
  consent: consentSchema.optional(),
  consentHistory: z.array(consentSchema),
  helpReplies: z.array(helpReplySchema).optional(),
  block: blockSchema.optional(),
});
type ThreadDocument = z.infer<typeof threadDocumentSchema>;

const consentVersion1 = z
  .looseObject({ at: z.unknown(), by: z.unknown() })
  .transform(({ at, by, ...rest }) => ({ ...rest, changedAt: at, source: by }));

const version1 = z
  // The first releases kept no history.
  .looseObject({ consent: consentVersion1.optional(), consents: z.array(consentVersion1).default([]) })
  .transform(({ consents, ...rest }) => ({ ...rest, consentHistory: consents }));

const toSourceDocument = (source: Consent["source"]): SourceDocument => {
  switch (source.kind) {
    case "customer":
      return { kind: "customer", messageId: source.messageId };
    case "provider":
      return { kind: "provider" };
    case "administrator":
      return { kind: "administrator", agentId: source.agentId, reason: source.reason };
    default:
      return source satisfies never;
  }
};

const toConsentDocument = ({ optedOut, changedAt, source }: Consent): EveryMember<ConsentDocument> => ({
  optedOut,
  changedAt,
  source: toSourceDocument(source),
});

const toConsent = ({ optedOut, changedAt, source }: ConsentDocument): Consent =>
  complete<Consent>({ optedOut, changedAt, source });

const toHelpReplyDocument = ({ messageId, repliedAt }: HelpReply): EveryMember<HelpReplyDocument> => ({
  messageId,
  repliedAt,
});

const toHelpReply = ({ messageId, repliedAt }: HelpReplyDocument): HelpReply =>
  complete<HelpReply>({ messageId, repliedAt });

const toBlockDocument = ({ isBlocked, changedAt, agentId, reason }: Block): EveryMember<BlockDocument> => ({
  isBlocked,
  changedAt,
  agentId,
  reason,
});

const toBlock = ({ isBlocked, changedAt, agentId, reason }: BlockDocument): Block =>
  complete<Block>({ isBlocked, changedAt, agentId, reason });

export const THREAD_DOCUMENT: DocumentKind<Thread> = defineDocument<Thread, ThreadDocument>({
  container: "conversations",
  schema: threadDocumentSchema,
  upgrades: [version1],
  toDocument: (thread) => ({
    id: thread.id,
    channelId: thread.channelId,
    channelNumber: thread.channelNumber,
    customer: thread.customer,
    writtenFrom: thread.writtenFrom && { address: thread.writtenFrom.address, at: thread.writtenFrom.at },
    continuedBy: thread.continuedBy,
    lastNumber: thread.lastNumber,
    contactId: thread.contactId,
    consent: thread.consent && toConsentDocument(thread.consent),
    consentHistory: thread.consentHistory.map(toConsentDocument),
    helpReplies: thread.helpReplies.length > 0 ? thread.helpReplies.map(toHelpReplyDocument) : undefined,
    block: thread.block && toBlockDocument(thread.block),
    kind: "thread",
    threadId: thread.id,
    consentAt: thread.consent?.changedAt,
    blockedAt: thread.block?.changedAt,
  }),
  fromDocument: (document) =>
    complete<Thread>({
      id: document.id,
      channelId: document.channelId,
      channelNumber: document.channelNumber,
      customer: document.customer,
      writtenFrom: document.writtenFrom,
      continuedBy: document.continuedBy,
      lastNumber: document.lastNumber,
      contactId: document.contactId,
      consent: document.consent && toConsent(document.consent),
      consentHistory: document.consentHistory.map(toConsent),
      helpReplies: document.helpReplies?.map(toHelpReply) ?? [],
      block: document.block && toBlock(document.block),
    }),
});
