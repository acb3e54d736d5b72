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
import { isBlank } from "../kernel/text.ts";
import { addressSchema } from "../sms/address.ts";
import type { Media } from "../sms/provider.ts";

/** Length of a preview, in UTF-16 code units. */
const PREVIEW_LENGTH = 100;
/** How many of its newest declines a conversation keeps: more than count at any moment. */
export const KEPT_DECLINES = 100;
/** How many of its newest texts a conversation remembers, to recognise a redelivery. */
export const REMEMBERED_TEXTS = 20;

/** Why an agent cannot get a conversation. */
export const exclusionSchema = z.enum(["presence", "capacity", "skills", "declined"]);
export type Exclusion = z.infer<typeof exclusionSchema>;

const lastReplySchema = z.object({
  id: messageIdSchema,
  /** When it was created; absent when an earlier version of the app noted it. */
  at: instantSchema.optional(),
  after: messageIdSchema.optional(),
});
export type LastReply = z.infer<typeof lastReplySchema>;

const staffMessageSchema = z.object({ id: messageIdSchema, by: agentIdSchema, at: instantSchema });
export type StaffMessage = z.infer<typeof staffMessageSchema>;

/** An agent gave up a conversation, or let its offer expire. */
const declineSchema = z.object({
  agentId: agentIdSchema,
  declinedAt: instantSchema,
  /** An agent who released it is excluded while this counts; the others are once they reach the queue's limit. */
  kind: z.enum(["declined", "missed", "released"]),
});
export type Decline = z.infer<typeof declineSchema>;

/** Who got a conversation, who else was eligible, and why each other member of the queue was not. */
const routingDecisionSchema = z.object({
  decidedAt: instantSchema,
  agentId: agentIdSchema,
  /** How the agent was chosen among the eligible. */
  chosenBy: z.enum(["preferred", "most-free-capacity", "round-robin", "picked", "transfer"]),
  eligible: z.array(agentIdSchema),
  excluded: z.array(z.object({ agentId: agentIdSchema, reason: exclusionSchema })),
});
export type RoutingDecision = z.infer<typeof routingDecisionSchema>;

/** The queue of a conversation, and what it needs there. */
export interface QueueAssignment {
  readonly queueId: string;
  /** Lower values leave the queue first. */
  readonly priority: number;
  /** Skills that the agent must have. */
  readonly skills: readonly string[];
  /** What chose the queue: a rule, the channel, the organisation or an overflow. */
  readonly routedBy: string;
}

/** Why a conversation closed. */
export const closeReasonSchema = z.enum(["ended", "wrap-up-over", "inactive", "supervisor", "overflow", "blocked"]);
export type CloseReason = z.infer<typeof closeReasonSchema>;

/** A conversation is shown to one agent until it is accepted, declined or expires. */
const offerSchema = z.object({
  agentId: agentIdSchema,
  offeredAt: instantSchema,
  /** From this moment on the offer can no longer be accepted. */
  expiresAt: instantSchema,
});

const commonShape = {
  id: conversationIdSchema,
  threadId: threadIdSchema,
  channelId: settingIdSchema,
  /** The address that the customer writes from. */
  customer: addressSchema,
  /** How many times the conversation has entered routing. Anything that carries an older epoch is stale. */
  epoch: z.int().min(0),
  queueId: settingIdSchema,
  /** Lower values leave the queue first. */
  priority: z.int().min(0),
  /** Skills that the agent must have. */
  skills: z.array(z.string()),
  /** What chose the queue: a rule, the channel, the organisation or an overflow. */
  routedBy: z.string(),
  /** The units of its holder's capacity that it takes. */
  capacityUnits: z.int().min(1),
  contact: contactLinkSchema,
  /** Whether the customer has opted out: a copy of the thread's consent, which is written first. */
  optedOut: z.boolean(),
  /** Whether a text of the customer may be a request to stop that is not a keyword. */
  asksToStop: z.boolean().default(false),
  openedAt: instantSchema,
  /** When the customer last wrote. */
  lastTextAt: instantSchema,
  /** When the customer began to wait for a reply; absent while no reply is due. */
  waitingSince: instantSchema.optional(),
  /** When an agent last replied; absent before the first reply. */
  lastReplyAt: instantSchema.optional(),
  /** The newest reply, also a held or withdrawn one, and the one before it: replies leave in this order. */
  lastReply: lastReplySchema.optional(),
  /** The newest message that a colleague wrote: a reply or a note. */
  lastStaffMessage: staffMessageSchema.optional(),
  /** The start of the customer's newest text, or what is attached to it. */
  preview: z.string(),
  /** The newest texts of this conversation, newest last. */
  textIds: z.array(messageIdSchema).max(REMEMBERED_TEXTS),
  /** Agents who get it before others, in this order; with `until`, only before that moment. */
  preferred: z.object({ agentIds: z.array(agentIdSchema), until: instantSchema.optional() }),
  /** The declines of this epoch, newest last. Each counts for a limited time: see `match`. */
  declines: z.array(declineSchema).max(KEPT_DECLINES),
  /** The agent who last worked on it. */
  lastAgentId: agentIdSchema.optional(),
  /** The token of the holder's claim; absent without a holder. */
  claimToken: z.string().optional(),
  routingDecision: routingDecisionSchema.optional(),
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
  /** When the wrap-up is over. */
  endsAt: instantSchema,
});
const closedSchema = z.object({ ...commonShape, state: z.literal("closed"), closeReason: closeReasonSchema });

/** One exchange in a thread, from its opening to its closing. In routing it is the work item. */
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

/** The names of the states in Dynamics 365. */
export const DYNAMICS_STATE: Readonly<Record<ConversationState, string>> = {
  new: "Open",
  queued: "Open",
  offered: "Open",
  active: "Active",
  waiting: "Waiting",
  "wrap-up": "Wrap-up",
  closed: "Closed",
};

/** The agent whose capacity the conversation takes. */
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

/** The holder, or the agent who parked the conversation. */
export const ownerOf = (conversation: Conversation): AgentId | undefined =>
  conversation.state === "waiting" ? conversation.agentId : holderOf(conversation);

/** The states in which a conversation has an owner: those of "My work items". */
export const OWNED_STATES = ["offered", "active", "waiting", "wrap-up"] as const satisfies readonly ConversationState[];

/** Whether a routing workflow runs for it, because no agent works on it yet. */
export const isInRouting = (conversation: Conversation): boolean =>
  conversation.state === "queued" || conversation.state === "offered";

/** Whether the customer has not written and the state has not changed since `moment`. Replies do not count. */
export const isQuietSince = ({ lastTextAt, stateChangedAt }: Conversation, moment: Instant): boolean =>
  lastTextAt <= moment && stateChangedAt <= moment;

/**
 * The start of a text, without half of a surrogate pair at its end; what is attached when the text has no words.
 * @example "[picture]", "[2 files]"
 */
export const previewOf = (text: string, media: readonly Media[] = []): string =>
  media.length > 0 && isBlank(text)
    ? attachmentsOf(media)
    : text.slice(0, PREVIEW_LENGTH).replace(/[\uD800-\uDBFF]$/, "");

/** Names of attachments by the type of their content. Others are files. */
const ATTACHMENTS: Readonly<Record<string, readonly [one: string, several: string]>> = {
  image: ["picture", "pictures"],
  video: ["video", "videos"],
  audio: ["recording", "recordings"],
};

const attachmentsOf = (media: readonly Media[]): string => {
  const types = new Set(media.map(({ contentType }) => contentType.split("/")[0]?.trim().toLowerCase() ?? ""));
  const [type = ""] = types;
  const [one, several] = (types.size === 1 && ATTACHMENTS[type]) || ["file", "files"];
  return media.length === 1 ? `[${one}]` : `[${media.length} ${several}]`;
};
