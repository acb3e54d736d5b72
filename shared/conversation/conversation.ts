import * as z from "zod";
import { contactLinkSchema } from "../contact/contact.ts";
import {
  type AgentId,
  agentIdSchema,
  conversationIdSchema,
  messageIdSchema,
  settingIdSchema,
  threadIdSchema,
} from "../kernel/ids.ts";
import { type Instant, instantSchema } from "../kernel/instant.ts";
import { addressSchema } from "../sms/address.ts";

/** Characters of the customer's newest text that lists show. */
const PREVIEW_LENGTH = 100;
/** How many of the newest texts a conversation remembers, to know one that is delivered again. */
export const REMEMBERED_TEXTS = 20;

/** Why an agent could not be given a conversation. */
export const exclusionSchema = z.enum(["presence", "capacity", "skills", "declined"]);
export type Exclusion = z.infer<typeof exclusionSchema>;

/** Why a conversation went to whom it went: who could have had it, and what kept the others from it. */
const routingDecisionSchema = z.object({
  decidedAt: instantSchema,
  agentId: agentIdSchema,
  /** By what it was chosen among the eligible. */
  by: z.enum(["preferred", "most-free-capacity", "round-robin", "picked", "transfer"]),
  eligible: z.array(agentIdSchema),
  excluded: z.array(z.object({ agentId: agentIdSchema, reason: exclusionSchema })),
});
export type RoutingDecision = z.infer<typeof routingDecisionSchema>;

/** Where a conversation is to wait, and what it needs there. */
export interface QueueAssignment {
  readonly queueId: string;
  readonly priority: number;
  readonly skills: readonly string[];
  /** What chose the queue. */
  readonly routedBy: string;
}

/** Why a conversation closed. */
export const closeReasonSchema = z.enum(["ended", "wrap-up-over", "inactive", "supervisor", "overflow"]);
export type CloseReason = z.infer<typeof closeReasonSchema>;

/** A conversation shown to one agent, until it is accepted, declined or expired. */
const offerSchema = z.object({
  agentId: agentIdSchema,
  offeredAt: instantSchema,
  /** From this moment on it can no longer be accepted. */
  expiresAt: instantSchema,
});

const commonShape = {
  id: conversationIdSchema,
  threadId: threadIdSchema,
  channelId: settingIdSchema,
  /** Where the customer writes from. */
  customer: addressSchema,
  /** How often it entered routing, from 1. What carries an older epoch is stale. */
  epoch: z.int().min(0),
  queueId: settingIdSchema,
  /** Lower goes first. */
  priority: z.int().min(0),
  /** Skills that the agent must have. */
  skills: z.array(z.string()),
  /** What chose the queue: a rule's name, the channel or the organisation. */
  routedBy: z.string(),
  /** Units of an agent's capacity that it takes while held. */
  capacityUnits: z.int().min(1),
  contact: contactLinkSchema,
  /** Whether the customer has opted out, as the thread says; told a moment later than the thread. */
  optedOut: z.boolean(),
  /** A text of the customer asks for no more texts, in other words than a keyword. */
  asksToStop: z.boolean().default(false),
  openedAt: instantSchema,
  /** When the customer last wrote. */
  lastTextAt: instantSchema,
  preview: z.string(),
  /** The newest texts that this conversation has taken in, newest last. */
  textIds: z.array(messageIdSchema).max(REMEMBERED_TEXTS),
  /** Who should get it, best first; with `until`, only before that moment. */
  preferred: z.object({ agentIds: z.array(agentIdSchema), until: instantSchema.optional() }),
  /** How often each agent has declined it in this epoch. */
  declines: z.record(agentIdSchema, z.int().min(1)),
  lastAgentId: agentIdSchema.optional(),
  /** The holder's claim; there while somebody holds it. */
  claimToken: z.string().optional(),
  routingDecision: routingDecisionSchema.optional(),
  /** When its state last changed. */
  stateChangedAt: instantSchema,
};

const newSchema = z.object({ ...commonShape, state: z.literal("new") });
const queuedSchema = z.object({ ...commonShape, state: z.literal("queued"), queuedAt: instantSchema });
const offeredSchema = z.object({
  ...commonShape,
  state: z.literal("offered"),
  queuedAt: instantSchema,
  offer: offerSchema,
});
const activeSchema = z.object({ ...commonShape, state: z.literal("active"), agentId: agentIdSchema });
const waitingSchema = z.object({ ...commonShape, state: z.literal("waiting"), agentId: agentIdSchema });
const wrapUpSchema = z.object({
  ...commonShape,
  state: z.literal("wrap-up"),
  agentId: agentIdSchema,
  /** When it closes by itself. */
  endsAt: instantSchema,
});
const closedSchema = z.object({ ...commonShape, state: z.literal("closed"), closeReason: closeReasonSchema });

/** One matter between a customer and the company, opened and closed; in routing it is the work item. */
export const conversationSchema = z.discriminatedUnion("state", [
  newSchema,
  queuedSchema,
  offeredSchema,
  activeSchema,
  waitingSchema,
  wrapUpSchema,
  closedSchema,
]);
export type Conversation = z.infer<typeof conversationSchema>;
export type ConversationState = Conversation["state"];
export type NewConversation = z.infer<typeof newSchema>;
export type QueuedConversation = z.infer<typeof queuedSchema>;
export type OfferedConversation = z.infer<typeof offeredSchema>;

/** The names that Dynamics 365 has for the states. */
export const DYNAMICS_STATE: Readonly<Record<ConversationState, string>> = {
  new: "Open",
  queued: "Open",
  offered: "Open",
  active: "Active",
  waiting: "Waiting",
  "wrap-up": "Wrap-up",
  closed: "Closed",
};

/** The agent whose capacity the conversation takes, if any. */
export const holderOf = (conversation: Conversation): AgentId | undefined => {
  switch (conversation.state) {
    case "offered":
      return conversation.offer.agentId;
    case "active":
    case "wrap-up":
      return conversation.agentId;
    case "new":
    case "queued":
    case "waiting":
    case "closed":
      return undefined;
    default:
      return conversation satisfies never;
  }
};

/** The agent whose work item it is: the holder, or who put it aside. */
export const ownerOf = (conversation: Conversation): AgentId | undefined =>
  conversation.state === "waiting" ? conversation.agentId : holderOf(conversation);

/** Whether an orchestration watches over it: nobody has it yet. */
export const isInRouting = (conversation: Conversation): boolean =>
  conversation.state === "queued" || conversation.state === "offered";

/** Whether the customer has not written and the state has not changed since `moment`. Replies do not count. */
export const isQuietSince = ({ lastTextAt, stateChangedAt }: Conversation, moment: Instant): boolean =>
  lastTextAt <= moment && stateChangedAt <= moment;

/** The beginning of a text, without half of a surrogate pair at its end. */
export const previewOf = (text: string): string => text.slice(0, PREVIEW_LENGTH).replace(/[\uD800-\uDBFF]$/, "");
