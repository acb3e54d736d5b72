import * as z from "zod";
import type {
  DeliveryChange,
  InboundMessage,
  Message,
  Note,
  OutboundMessage,
  Postponement,
} from "../../shared/conversation/message.ts";
import { agentIdSchema, conversationIdSchema, messageIdSchema, threadIdSchema } from "../../shared/kernel/ids.ts";
import { instantSchema } from "../../shared/kernel/instant.ts";
import type { Attempts, Media } from "../../shared/sms/provider.ts";
import { complete, type DocumentKind, defineDocument, type EveryMember } from "./document-kind.ts";

const commonShape = {
  id: messageIdSchema,
  threadId: threadIdSchema,
  /** Queries read it, and a patch sets it. */
  conversationId: conversationIdSchema.optional(),
  text: z.string(),
  /** Lists are sorted by it. */
  at: instantSchema,
  segments: z.int(),
};

const mediaSchema = z.object({ url: z.string(), contentType: z.string() });
type MediaDocument = z.infer<typeof mediaSchema>;

const inboundDocumentSchema = z.object({
  ...commonShape,
  direction: z.literal("inbound"),
  state: z.literal("received"),
  exceedsLimit: z.boolean(),
  asksToStop: z.boolean().optional(),
  timeAssumesUtc: z.boolean().optional(),
  media: z.array(mediaSchema).optional(),
  /** Cosmos DB removes the document so many seconds after its last write. A patch sets it. */
  ttl: z.int().optional(),
});
type InboundDocument = z.infer<typeof inboundDocumentSchema>;

const attemptsSchema = z.object({ firstAt: instantSchema, lastAt: instantSchema });
type AttemptsDocument = z.infer<typeof attemptsSchema>;

const postponedSchema = z.object({
  /** A query reads it. */
  until: instantSchema,
  turnAt: instantSchema.optional(),
  retryingSince: instantSchema.optional(),
});
type PostponedDocument = z.infer<typeof postponedSchema>;

const outboundDocumentSchema = z.object({
  ...commonShape,
  /** Queries read it. */
  direction: z.literal("outbound"),
  // Patches set these, under conditions that read them.
  state: z.enum(["held", "withdrawn", "queued", "sent", "delivered", "failed"]),
  stateAt: instantSchema,
  provider: z.string().optional(),
  providerMessageId: z.string().optional(),
  failure: z
    .enum([
      "recipient-opted-out",
      "recipient-blocked",
      "recipient-cannot-be-texted",
      "channel-disabled",
      "sms-disabled",
      "provider-unavailable",
      "outcome-unknown",
      "number-invalid",
      "number-not-in-use",
      "number-unsupported",
      "handset-unreachable",
      "blocked-by-carrier",
      "text-rejected",
      "sender-not-allowed",
      "too-many-texts",
      "unknown",
    ])
    .optional(),
  code: z.string().optional(),
  attempts: attemptsSchema.optional(),
  postponed: postponedSchema.optional(),
  /** A query reads it. */
  sendAt: instantSchema.optional(),
  retryOf: messageIdSchema.optional(),
  after: messageIdSchema.optional(),

  agentId: agentIdSchema.optional(),
  answeredKeyword: z.object({ keyword: z.enum(["stop", "start", "help"]), messageId: messageIdSchema }).optional(),
});
type OutboundDocument = z.infer<typeof outboundDocumentSchema>;

const noteDocumentSchema = z.object({
  id: messageIdSchema,
  threadId: threadIdSchema,
  /** A query reads it. */
  conversationId: conversationIdSchema,
  direction: z.literal("internal"),
  text: z.string(),
  /** Lists are sorted by it. */
  at: instantSchema,
  agentId: agentIdSchema,
});
type NoteDocument = z.infer<typeof noteDocumentSchema>;

const messageDocumentSchema = z.discriminatedUnion("direction", [
  inboundDocumentSchema,
  outboundDocumentSchema,
  noteDocumentSchema,
]);
type MessageDocument = z.infer<typeof messageDocumentSchema>;

const version1 = z.discriminatedUnion("direction", [
  z
    .looseObject({ direction: z.literal("inbound"), overCap: z.unknown() })
    .transform(({ overCap, ...rest }) => ({ ...rest, exceedsLimit: overCap })),
  z
    .looseObject({ direction: z.literal("outbound"), answers: z.unknown().optional() })
    .transform(({ answers, ...rest }) => ({ ...rest, answeredKeyword: answers })),
]);

type DeliveryMembers = Pick<
  OutboundDocument,
  "state" | "stateAt" | "provider" | "providerMessageId" | "failure" | "code"
>;

/** The members that a change of a reply's delivery sets, where they are defined. */
export const toDeliveryMembers = (change: DeliveryChange): EveryMember<DeliveryMembers> => ({
  state: change.state,
  stateAt: change.at,
  provider: change.provider,
  providerMessageId: change.providerMessageId,
  failure: change.failure,
  code: change.code,
});

/** The member `attempts`. */
export const toAttemptsDocument = ({ firstAt, lastAt }: Attempts): AttemptsDocument => ({ firstAt, lastAt });

const toAttempts = ({ firstAt, lastAt }: AttemptsDocument): Attempts => complete<Attempts>({ firstAt, lastAt });

/** The member `postponed`. */
export const toPostponedDocument = ({
  until,
  turnAt,
  retryingSince,
}: Postponement): EveryMember<PostponedDocument> => ({ until, turnAt, retryingSince });

const toPostponement = ({ until, turnAt, retryingSince }: PostponedDocument): Postponement =>
  complete<Postponement>({ until, turnAt, retryingSince });

const toMediaDocument = ({ url, contentType }: Media): MediaDocument => ({ url, contentType });

const toMedia = ({ url, contentType }: MediaDocument): Media => complete<Media>({ url, contentType });

const toInboundDocument = (message: InboundMessage): EveryMember<InboundDocument> => ({
  id: message.id,
  threadId: message.threadId,
  conversationId: message.conversationId,
  direction: "inbound",
  state: message.state,
  text: message.text,
  at: message.createdAt,
  segments: message.segments,
  exceedsLimit: message.exceedsLimit,
  asksToStop: message.asksToStop,
  timeAssumesUtc: message.timeAssumesUtc,
  media: message.media?.map(toMediaDocument),
  ttl: message.retentionSeconds,
});

const toOutboundDocument = (message: OutboundMessage): EveryMember<OutboundDocument> => ({
  id: message.id,
  threadId: message.threadId,
  conversationId: message.conversationId,
  direction: "outbound",
  state: message.state,
  stateAt: message.stateChangedAt,
  text: message.text,
  at: message.createdAt,
  segments: message.segments,
  agentId: message.agentId,
  answeredKeyword: message.answeredKeyword && {
    keyword: message.answeredKeyword.keyword,
    messageId: message.answeredKeyword.messageId,
  },
  provider: message.provider,
  providerMessageId: message.providerMessageId,
  failure: message.failure,
  code: message.code,
  attempts: message.attempts && toAttemptsDocument(message.attempts),
  postponed: message.postponed && toPostponedDocument(message.postponed),
  sendAt: message.sendAt,
  retryOf: message.retryOf,
  after: message.after,
});

const toNoteDocument = (note: Note): EveryMember<NoteDocument> => ({
  id: note.id,
  threadId: note.threadId,
  conversationId: note.conversationId,
  direction: "internal",
  text: note.text,
  at: note.createdAt,
  agentId: note.agentId,
});

const toInboundMessage = (document: InboundDocument): InboundMessage =>
  complete<InboundMessage>({
    id: document.id,
    threadId: document.threadId,
    conversationId: document.conversationId,
    direction: "inbound",
    state: document.state,
    text: document.text,
    createdAt: document.at,
    segments: document.segments,
    exceedsLimit: document.exceedsLimit,
    asksToStop: document.asksToStop,
    timeAssumesUtc: document.timeAssumesUtc,
    media: document.media?.map(toMedia),
    retentionSeconds: document.ttl,
  });

const toOutboundMessage = (document: OutboundDocument): OutboundMessage =>
  complete<OutboundMessage>({
    id: document.id,
    threadId: document.threadId,
    conversationId: document.conversationId,
    direction: "outbound",
    state: document.state,
    stateChangedAt: document.stateAt,
    text: document.text,
    createdAt: document.at,
    segments: document.segments,
    agentId: document.agentId,
    answeredKeyword: document.answeredKeyword && {
      keyword: document.answeredKeyword.keyword,
      messageId: document.answeredKeyword.messageId,
    },
    provider: document.provider,
    providerMessageId: document.providerMessageId,
    failure: document.failure,
    code: document.code,
    attempts: document.attempts && toAttempts(document.attempts),
    postponed: document.postponed && toPostponement(document.postponed),
    sendAt: document.sendAt,
    retryOf: document.retryOf,
    after: document.after,
  });

const toNote = (document: NoteDocument): Note =>
  complete<Note>({
    id: document.id,
    threadId: document.threadId,
    conversationId: document.conversationId,
    direction: "internal",
    text: document.text,
    createdAt: document.at,
    agentId: document.agentId,
  });

const toMessageDocument = (message: Message): EveryMember<MessageDocument> => {
  switch (message.direction) {
    case "inbound":
      return toInboundDocument(message);
    case "outbound":
      return toOutboundDocument(message);
    case "internal":
      return toNoteDocument(message);
    default:
      return message satisfies never;
  }
};

const toMessage = (document: MessageDocument): Message => {
  switch (document.direction) {
    case "inbound":
      return toInboundMessage(document);
    case "outbound":
      return toOutboundMessage(document);
    case "internal":
      return toNote(document);
    default:
      return document satisfies never;
  }
};

export const MESSAGE_DOCUMENT: DocumentKind<Message> = defineDocument<Message, MessageDocument>({
  container: "messages",
  schema: messageDocumentSchema,
  upgrades: [version1],
  toDocument: toMessageDocument,
  fromDocument: toMessage,
});
