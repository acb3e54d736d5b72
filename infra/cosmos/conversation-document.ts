import * as z from "zod";
import type { ContactLink } from "../../shared/contact/contact.ts";
import {
  type Conversation,
  type Decline,
  type LastReply,
  type OfferedConversation,
  ownerOf,
  type RoutingDecision,
  type StaffMessage,
} from "../../shared/conversation/conversation.ts";
import { agentIdSchema, conversationIdSchema, messageIdSchema, threadIdSchema } from "../../shared/kernel/ids.ts";
import { instantSchema } from "../../shared/kernel/instant.ts";
import { complete, type DocumentKind, defineDocument, type EveryMember } from "./document-kind.ts";
import { storedAddressSchema, storedContactIdSchema } from "./stored-values.ts";

const contactLinkSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("unidentified") }),
  z.object({ kind: z.literal("linked"), contactId: storedContactIdSchema }),
  z.object({ kind: z.literal("candidates"), contactIds: z.array(storedContactIdSchema) }),
]);
type ContactLinkDocument = z.infer<typeof contactLinkSchema>;

const routingDecisionSchema = z.object({
  decidedAt: instantSchema,
  agentId: agentIdSchema,
  /** `chosenBy` in the domain. */
  by: z.enum(["preferred", "most-free-capacity", "round-robin", "picked", "transfer"]),
  eligible: z.array(agentIdSchema),
  excluded: z.array(
    z.object({ agentId: agentIdSchema, reason: z.enum(["presence", "capacity", "skills", "declined"]) }),
  ),
});
type RoutingDecisionDocument = z.infer<typeof routingDecisionSchema>;

const preferredSchema = z.object({ agentIds: z.array(agentIdSchema), until: instantSchema.optional() });
type PreferredDocument = z.infer<typeof preferredSchema>;

const offerSchema = z.object({ agentId: agentIdSchema, offeredAt: instantSchema, expiresAt: instantSchema });
type OfferDocument = z.infer<typeof offerSchema>;

const declineSchema = z.object({
  agentId: agentIdSchema,
  declinedAt: instantSchema,
  kind: z.enum(["declined", "missed", "released"]),
});
type DeclineDocument = z.infer<typeof declineSchema>;

const lastReplySchema = z.object({
  id: messageIdSchema,
  at: instantSchema.optional(),
  after: messageIdSchema.optional(),
});
type LastReplyDocument = z.infer<typeof lastReplySchema>;

const staffMessageSchema = z.object({ id: messageIdSchema, by: agentIdSchema, at: instantSchema });
type StaffMessageDocument = z.infer<typeof staffMessageSchema>;

// Queries read `state`, `queueId`, `priority`, `queuedAt`, `stateAt` and `lastAgentId`.
const commonShape = {
  id: conversationIdSchema,
  threadId: threadIdSchema,
  channelId: z.string(),
  customer: storedAddressSchema,
  epoch: z.int(),
  queueId: z.string(),
  priority: z.int(),
  skills: z.array(z.string()),
  routedBy: z.string(),
  capacityUnits: z.int(),
  contact: contactLinkSchema,
  optedOut: z.boolean(),
  asksToStop: z.boolean(),
  openedAt: instantSchema,
  lastTextAt: instantSchema,
  waitingSince: instantSchema.optional(),
  lastReplyAt: instantSchema.optional(),
  lastReply: lastReplySchema.optional(),
  lastStaffMessage: staffMessageSchema.optional(),
  preview: z.string(),
  textIds: z.array(messageIdSchema),
  preferred: preferredSchema,
  declines: z.array(declineSchema),
  lastAgentId: agentIdSchema.optional(),
  claimToken: z.string().optional(),
  routingDecision: routingDecisionSchema.optional(),
  stateAt: instantSchema,
};
type CommonDocument = z.infer<z.ZodObject<typeof commonShape>>;

const conversationDocumentSchema = z.discriminatedUnion("state", [
  z.object({ ...commonShape, state: z.literal("new") }),
  z.object({ ...commonShape, state: z.literal("queued"), queuedAt: instantSchema }),
  z.object({ ...commonShape, state: z.literal("offered"), queuedAt: instantSchema, offer: offerSchema }),
  z.object({ ...commonShape, state: z.literal("active"), agentId: agentIdSchema }),
  z.object({ ...commonShape, state: z.literal("waiting"), agentId: agentIdSchema }),
  z.object({ ...commonShape, state: z.literal("wrap-up"), agentId: agentIdSchema, endsAt: instantSchema }),
  z.object({
    ...commonShape,
    state: z.literal("closed"),
    closeReason: z.enum(["ended", "wrap-up-over", "inactive", "supervisor", "overflow", "blocked"]),
  }),
]);
type ConversationDocument = z.infer<typeof conversationDocumentSchema>;

const decisionVersion1 = z
  .looseObject({
    at: z.unknown(),
    excluded: z.array(
      z.looseObject({ because: z.unknown() }).transform(({ because, ...rest }) => ({ ...rest, reason: because })),
    ),
  })
  .transform(({ at, ...rest }) => ({ ...rest, decidedAt: at }));

const version1 = z
  .looseObject({
    units: z.unknown(),
    reason: decisionVersion1.optional(),
    closedBecause: z.unknown().optional(),
    // The first releases did not look for it.
    asksToStop: z.unknown().default(false),
  })
  .transform(({ units, reason, closedBecause, ...rest }) => ({
    ...rest,
    capacityUnits: units,
    routingDecision: reason,
    closeReason: closedBecause,
  }));

/**
 * Declines were counts by agent; when they happened is unknown, but not later than the last change of state. Replies were
 * not noted: every customer may be waiting, and the sweep finds out who is not before anything depends on it.
 */
const version2 = z
  .looseObject({
    declines: z.record(z.string(), z.int()),
    stateAt: z.unknown(),
    state: z.unknown(),
    lastTextAt: z.unknown(),
  })
  .transform(({ declines, ...rest }) => ({
    ...rest,
    ...(rest.state !== "closed" && { waitingSince: rest.lastTextAt }),
    declines: Object.entries(declines).flatMap(([agentId, count]) =>
      Array.from({ length: count }, () => ({ agentId, declinedAt: rest.stateAt, kind: "declined" })),
    ),
  }));

type Offer = OfferedConversation["offer"];

/** The members that conversations have in every state. */
type Common = Omit<Pick<Conversation, keyof Conversation>, "state">;

const toContactLinkDocument = (link: ContactLink): ContactLinkDocument => {
  switch (link.kind) {
    case "unidentified":
      return { kind: "unidentified" };
    case "linked":
      return { kind: "linked", contactId: link.contactId };
    case "candidates":
      return { kind: "candidates", contactIds: [...link.contactIds] };
    default:
      return link satisfies never;
  }
};

const toDecisionDocument = (decision: RoutingDecision): EveryMember<RoutingDecisionDocument> => ({
  decidedAt: decision.decidedAt,
  agentId: decision.agentId,
  by: decision.chosenBy,
  eligible: [...decision.eligible],
  excluded: decision.excluded.map(({ agentId, reason }) => ({ agentId, reason })),
});

const toDecision = (decision: RoutingDecisionDocument): RoutingDecision =>
  complete<RoutingDecision>({
    decidedAt: decision.decidedAt,
    agentId: decision.agentId,
    chosenBy: decision.by,
    eligible: decision.eligible,
    excluded: decision.excluded.map(({ agentId, reason }) => ({ agentId, reason })),
  });

const toPreferredDocument = ({ agentIds, until }: Conversation["preferred"]): PreferredDocument =>
  complete<PreferredDocument>({ agentIds: [...agentIds], until });

const toPreferred = ({ agentIds, until }: PreferredDocument): Conversation["preferred"] =>
  complete<Conversation["preferred"]>({ agentIds, until });

const toDeclineDocument = ({ agentId, declinedAt, kind }: Decline): EveryMember<DeclineDocument> => ({
  agentId,
  declinedAt,
  kind,
});

const toLastReplyDocument = ({ id, at, after }: LastReply): EveryMember<LastReplyDocument> => ({ id, at, after });

const toStaffMessageDocument = ({ id, by, at }: StaffMessage): EveryMember<StaffMessageDocument> => ({ id, by, at });

const toOfferDocument = ({ agentId, offeredAt, expiresAt }: Offer): OfferDocument => ({
  agentId,
  offeredAt,
  expiresAt,
});

const toDecline = ({ agentId, declinedAt, kind }: DeclineDocument): Decline =>
  complete<Decline>({ agentId, declinedAt, kind });

const toLastReply = ({ id, at, after }: LastReplyDocument): LastReply => complete<LastReply>({ id, at, after });

const toStaffMessage = ({ id, by, at }: StaffMessageDocument): StaffMessage => complete<StaffMessage>({ id, by, at });

const toOffer = ({ agentId, offeredAt, expiresAt }: OfferDocument): Offer =>
  complete<Offer>({ agentId, offeredAt, expiresAt });

const toCommonDocument = (conversation: Conversation): EveryMember<CommonDocument> => ({
  id: conversation.id,
  threadId: conversation.threadId,
  channelId: conversation.channelId,
  customer: conversation.customer,
  epoch: conversation.epoch,
  queueId: conversation.queueId,
  priority: conversation.priority,
  skills: [...conversation.skills],
  routedBy: conversation.routedBy,
  capacityUnits: conversation.capacityUnits,
  contact: toContactLinkDocument(conversation.contact),
  optedOut: conversation.optedOut,
  asksToStop: conversation.asksToStop,
  openedAt: conversation.openedAt,
  lastTextAt: conversation.lastTextAt,
  waitingSince: conversation.waitingSince,
  lastReplyAt: conversation.lastReplyAt,
  lastReply: conversation.lastReply && toLastReplyDocument(conversation.lastReply),
  lastStaffMessage: conversation.lastStaffMessage && toStaffMessageDocument(conversation.lastStaffMessage),
  preview: conversation.preview,
  textIds: [...conversation.textIds],
  preferred: toPreferredDocument(conversation.preferred),
  declines: conversation.declines.map(toDeclineDocument),
  lastAgentId: conversation.lastAgentId,
  claimToken: conversation.claimToken,
  routingDecision: conversation.routingDecision && toDecisionDocument(conversation.routingDecision),
  stateAt: conversation.stateChangedAt,
});

const toCommon = (document: CommonDocument): EveryMember<Common> => ({
  id: document.id,
  threadId: document.threadId,
  channelId: document.channelId,
  customer: document.customer,
  epoch: document.epoch,
  queueId: document.queueId,
  priority: document.priority,
  skills: document.skills,
  routedBy: document.routedBy,
  capacityUnits: document.capacityUnits,
  contact: document.contact,
  optedOut: document.optedOut,
  asksToStop: document.asksToStop,
  openedAt: document.openedAt,
  lastTextAt: document.lastTextAt,
  waitingSince: document.waitingSince,
  lastReplyAt: document.lastReplyAt,
  lastReply: document.lastReply && toLastReply(document.lastReply),
  lastStaffMessage: document.lastStaffMessage && toStaffMessage(document.lastStaffMessage),
  preview: document.preview,
  textIds: document.textIds,
  preferred: toPreferred(document.preferred),
  declines: document.declines.map(toDecline),
  lastAgentId: document.lastAgentId,
  claimToken: document.claimToken,
  routingDecision: document.routingDecision && toDecision(document.routingDecision),
  stateChangedAt: document.stateAt,
});

const toConversationDocument = (conversation: Conversation): EveryMember<ConversationDocument> => {
  const common = toCommonDocument(conversation);
  const { state } = conversation;
  switch (state) {
    case "new":
      return { ...common, state };
    case "queued":
      return { ...common, state, queuedAt: conversation.queuedAt };
    case "offered":
      return { ...common, state, queuedAt: conversation.queuedAt, offer: toOfferDocument(conversation.offer) };
    case "active":
    case "waiting":
      return { ...common, state, agentId: conversation.agentId };
    case "wrap-up":
      return { ...common, state, agentId: conversation.agentId, endsAt: conversation.endsAt };
    case "closed":
      return { ...common, state, closeReason: conversation.closeReason };
    default:
      return state satisfies never;
  }
};

const toConversation = (document: ConversationDocument): Conversation => {
  const common = toCommon(document);
  const { state } = document;
  switch (state) {
    case "new":
      return complete<Conversation>({ ...common, state });
    case "queued":
      return complete<Conversation>({ ...common, state, queuedAt: document.queuedAt });
    case "offered":
      return complete<Conversation>({ ...common, state, queuedAt: document.queuedAt, offer: toOffer(document.offer) });
    case "active":
    case "waiting":
      return complete<Conversation>({ ...common, state, agentId: document.agentId });
    case "wrap-up":
      return complete<Conversation>({ ...common, state, agentId: document.agentId, endsAt: document.endsAt });
    case "closed":
      return complete<Conversation>({ ...common, state, closeReason: document.closeReason });
    default:
      return state satisfies never;
  }
};

export const CONVERSATION_DOCUMENT: DocumentKind<Conversation> = defineDocument({
  container: "conversations",
  schema: conversationDocumentSchema,
  upgrades: [version1, version2],
  toDocument: (conversation) => ({
    ...toConversationDocument(conversation),
    kind: "conversation",
    open: conversation.state !== "closed",
    owner: ownerOf(conversation) ?? null,
  }),
  fromDocument: toConversation,
});
