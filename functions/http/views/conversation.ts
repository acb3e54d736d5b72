import * as z from "zod";
import { type ContactLink, contactIdSchema } from "../../../shared/contact/contact.ts";
import {
  type Conversation,
  closeReasonSchema,
  conversationSchema,
  DYNAMICS_STATE,
  exclusionSchema,
  type OfferedConversation,
  type RoutingDecision,
} from "../../../shared/conversation/conversation.ts";
import { agentIdSchema, conversationIdSchema, settingIdSchema, threadIdSchema } from "../../../shared/kernel/ids.ts";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import type { Wait } from "../../../shared/routing/explain.ts";
import type { WaitingConversation } from "../../../shared/routing/list-stuck.ts";
import type { ConversationDetails } from "../../../shared/routing/view-conversation.ts";
import { addressSchema } from "../../../shared/sms/address.ts";
import type { Complete } from "./complete.ts";
import { contactView, contactViewSchema } from "./contact.ts";
import { staffMessageView, staffMessageViewSchema } from "./staff-message.ts";

const states = conversationSchema.options.map(({ shape }) => shape.state.value);

const contactLinkViewSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("unidentified") }),
  z.object({ kind: z.literal("linked"), contactId: contactIdSchema }),
  z.object({ kind: z.literal("candidates"), contactIds: z.array(contactIdSchema) }),
]);

const contactLinkView = (link: ContactLink): z.output<typeof contactLinkViewSchema> => {
  switch (link.kind) {
    case "unidentified":
      return { kind: link.kind };
    case "linked":
      return { kind: link.kind, contactId: link.contactId };
    case "candidates":
      return { kind: link.kind, contactIds: link.contactIds };
    default:
      return link satisfies never;
  }
};

const excludedAgentSchema = z.object({ agentId: agentIdSchema, reason: exclusionSchema });
type ExcludedAgent = z.output<typeof excludedAgentSchema>;

type Excluded = RoutingDecision["excluded"][number];

const excludedAgentView = ({ agentId, reason }: Excluded): Complete<Excluded, ExcludedAgent> => ({ agentId, reason });

const routingDecisionViewSchema = z.object({
  decidedAt: instantSchema,
  agentId: agentIdSchema.meta({ description: "The agent who got the conversation" }),
  chosenBy: z
    .enum(["preferred", "most-free-capacity", "round-robin", "picked", "transfer"])
    .meta({ description: "How the agent was chosen among the eligible" }),
  eligible: z.array(agentIdSchema).meta({ description: "The agents who could have got it" }),
  excluded: z
    .array(excludedAgentSchema)
    .meta({ description: "The other members of the queue, with the reason that excluded each" }),
});

type RoutingDecisionView = z.output<typeof routingDecisionViewSchema>;

const routingDecisionView = (decision: RoutingDecision): Complete<RoutingDecision, RoutingDecisionView> => ({
  decidedAt: decision.decidedAt,
  agentId: decision.agentId,
  chosenBy: decision.chosenBy,
  eligible: decision.eligible,
  excluded: decision.excluded.map(excludedAgentView),
});

const offerViewSchema = z.object({
  agentId: agentIdSchema,
  offeredAt: instantSchema,
  expiresAt: instantSchema.meta({ description: "From this moment on, the offer can no longer be accepted" }),
});

/** The members that only some states have. */
const stateShape = {
  queuedAt: instantSchema
    .optional()
    .meta({ description: "When the conversation entered its queue; in the states queued and offered" }),
  offer: offerViewSchema.optional().meta({ description: "The agent who may accept it; in the state offered" }),
  agentId: agentIdSchema
    .optional()
    .meta({ description: "The agent who owns the conversation; in the states active, waiting and wrap-up" }),
  endsAt: instantSchema.optional().meta({ description: "When the wrap-up ends by itself; in the state wrap-up" }),
  closeReason: closeReasonSchema.optional().meta({ description: "Why the conversation closed; in the state closed" }),
};

export const conversationViewSchema = z
  .object({
    id: conversationIdSchema,
    threadId: threadIdSchema.meta({ description: "Identifies everything that the channel and the customer write" }),
    channelId: settingIdSchema.meta({ description: "The channel that the customer texted" }),
    customer: addressSchema.meta({ description: "The address that the customer texts from" }),
    contact: contactLinkViewSchema.meta({
      description: "The contact that the customer is, or the contacts that share the customer's number",
    }),
    optedOut: z.boolean().meta({ description: "Whether the customer has opted out, and may not be texted" }),
    asksToStop: z.boolean().meta({ description: "Whether a text may be a request to stop that is not a keyword" }),
    queueId: settingIdSchema,
    priority: z.int().meta({ description: "A conversation with a lower number is served first" }),
    skills: z.array(z.string()).meta({ description: "Skills that the agent must have" }),
    routedBy: z.string().meta({ description: "What chose the queue: a routing rule, the channel or the organisation" }),
    capacityUnits: z.int().meta({ description: "Units of an agent's capacity that the conversation takes" }),
    routingDecision: routingDecisionViewSchema
      .optional()
      .meta({ description: "Who got the conversation and why; absent before the first decision" }),
    lastAgentId: agentIdSchema.optional().meta({ description: "The agent who last worked on the conversation" }),
    openedAt: instantSchema,
    lastTextAt: instantSchema.meta({ description: "When the customer last texted" }),
    awaitsReply: z.boolean().meta({ description: "Whether the customer waits for a reply" }),
    waitingSince: instantSchema
      .optional()
      .meta({ description: "When the customer began to wait for a reply; absent while no reply is due" }),
    lastReplyAt: instantSchema
      .optional()
      .meta({ description: "When an agent last replied; absent before the first reply" }),
    lastStaffMessage: staffMessageViewSchema
      .optional()
      .meta({ description: "The newest reply or note; absent before the first one" }),
    preview: z.string().meta({
      description: "The beginning of the customer's latest text; [picture] or the like when only that was sent",
    }),
    stateChangedAt: instantSchema,
    state: z.enum(states),
    dynamicsState: z.string().meta({ description: "The name of the state in Dynamics 365" }),
    ...stateShape,
  })
  .meta({ id: "Conversation" });
export type ConversationView = z.output<typeof conversationViewSchema>;

/** The members of a conversation that are internal to routing and sending. */
type Internal = "epoch" | "textIds" | "preferred" | "declines" | "claimToken" | "lastReply";

export const conversationView = (conversation: Conversation): Complete<Conversation, ConversationView, Internal> => ({
  id: conversation.id,
  threadId: conversation.threadId,
  channelId: conversation.channelId,
  customer: conversation.customer,
  contact: contactLinkView(conversation.contact),
  optedOut: conversation.optedOut,
  asksToStop: conversation.asksToStop,
  queueId: conversation.queueId,
  priority: conversation.priority,
  skills: conversation.skills,
  routedBy: conversation.routedBy,
  capacityUnits: conversation.capacityUnits,
  routingDecision: conversation.routingDecision && routingDecisionView(conversation.routingDecision),
  lastAgentId: conversation.lastAgentId,
  openedAt: conversation.openedAt,
  lastTextAt: conversation.lastTextAt,
  awaitsReply: conversation.waitingSince !== undefined,
  waitingSince: conversation.waitingSince,
  lastReplyAt: conversation.lastReplyAt,
  lastStaffMessage: conversation.lastStaffMessage && staffMessageView(conversation.lastStaffMessage),
  preview: conversation.preview,
  stateChangedAt: conversation.stateChangedAt,
  state: conversation.state,
  dynamicsState: DYNAMICS_STATE[conversation.state],
  ...stateView(conversation),
});

type StateView = Required<Pick<ConversationView, keyof typeof stateShape>>;

const NO_STATE: StateView = {
  queuedAt: undefined,
  offer: undefined,
  agentId: undefined,
  endsAt: undefined,
  closeReason: undefined,
};

const stateView = (conversation: Conversation): StateView => {
  switch (conversation.state) {
    case "new":
      return NO_STATE;
    case "queued":
      return { ...NO_STATE, queuedAt: conversation.queuedAt };
    case "offered":
      return { ...NO_STATE, queuedAt: conversation.queuedAt, offer: offerView(conversation.offer) };
    case "active":
    case "waiting":
      return { ...NO_STATE, agentId: conversation.agentId };
    case "wrap-up":
      return { ...NO_STATE, agentId: conversation.agentId, endsAt: conversation.endsAt };
    case "closed":
      return { ...NO_STATE, closeReason: conversation.closeReason };
    default:
      return conversation satisfies never;
  }
};

type Offer = OfferedConversation["offer"];

const offerView = ({ agentId, offeredAt, expiresAt }: Offer): Complete<Offer, z.output<typeof offerViewSchema>> => ({
  agentId,
  offeredAt,
  expiresAt,
});

const waitViewSchema = z
  .object({
    eligible: z
      .array(agentIdSchema)
      .meta({ description: "The agents who could take it now; conversations before it in the queue come first" }),
    excluded: z
      .array(excludedAgentSchema)
      .meta({ description: "The other members of the queue, with the reason that excludes each" }),
    obstacle: z.enum(["no-members", "missing-skills", "all-declined"]).optional().meta({
      description:
        "Why neither a presence nor free capacity would help: the queue has no members, none has the skills, or all who have them have declined for now",
    }),
  })
  .meta({ id: "Wait" });

const waitView = ({ eligible, excluded, obstacle }: Wait): Complete<Wait, z.output<typeof waitViewSchema>> => ({
  obstacle,
  eligible: [...eligible],
  excluded: excluded.map(excludedAgentView),
});

/** A conversation in a list of supervisors. */
export const listedConversationViewSchema = conversationViewSchema
  .extend({
    waiting: waitViewSchema.optional().meta({ description: "Why it waits; in a list of what is stuck" }),
  })
  .meta({ id: "ListedConversation" });

/** Shows a conversation that waits, and why. */
export const waitingConversationView = ({
  conversation,
  wait,
}: WaitingConversation): z.output<typeof listedConversationViewSchema> => ({
  ...conversationView(conversation),
  waiting: waitView(wait),
});

export const conversationDetailsViewSchema = conversationViewSchema
  .extend({
    contacts: z
      .array(contactViewSchema)
      .meta({ description: "The customer's contact, or all contacts that share the customer's number" }),
    consentChangedAt: instantSchema
      .optional()
      .meta({ description: "When the customer's consent last changed; absent if it never changed" }),
    waiting: waitViewSchema
      .optional()
      .meta({ description: "Why no agent has the conversation yet; in the state queued" }),
  })
  .meta({ id: "ConversationDetails" });
type ConversationDetailsView = z.output<typeof conversationDetailsViewSchema>;

/** Shows a conversation with its contacts. `optedOut` comes from the thread, which is newer than the conversation. */
export const conversationDetailsView = (details: ConversationDetails): ConversationDetailsView => {
  const { conversation, contacts, consent, wait } = details;
  return {
    ...conversationView(conversation),
    optedOut: consent?.optedOut ?? conversation.optedOut,
    contacts: contacts.map(contactView),
    consentChangedAt: consent?.changedAt,
    waiting: wait && waitView(wait),
  };
};
