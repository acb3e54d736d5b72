import * as z from "zod";
import { type Agent, agentSchema } from "../../shared/agent/agent.ts";
import { contactSchema } from "../../shared/contact/contact.ts";
import {
  type Conversation,
  closeReasonSchema,
  conversationSchema,
  DYNAMICS_STATE,
  offerSchema,
} from "../../shared/conversation/conversation.ts";
import { inboundMessageSchema, type Message, outboundMessageSchema } from "../../shared/conversation/message.ts";
import { agentIdSchema } from "../../shared/kernel/ids.ts";
import { instantSchema } from "../../shared/kernel/instant.ts";
import { waitSchema } from "../../shared/routing/explain.ts";
import type { ConversationDetails } from "../../shared/routing/view-conversation.ts";

// Each view is parsed by its own schema, which drops whatever it does not name: nothing internal gets out by a mistake.

const [newSchema] = conversationSchema.options;
const states = conversationSchema.options.map(({ shape }) => shape.state.value);

export const conversationViewSchema = newSchema
  .pick({
    ...{ id: true, threadId: true, channelId: true, customer: true, contact: true, optedOut: true, asksToStop: true },
    ...{
      queueId: true,
      priority: true,
      skills: true,
      routedBy: true,
      capacityUnits: true,
      routingDecision: true,
      lastAgentId: true,
    },
    ...{ openedAt: true, lastTextAt: true, preview: true, stateChangedAt: true },
  })
  .extend({
    state: z.enum(states),
    dynamicsState: z.string().meta({ description: "The state's name in Dynamics 365" }),
    queuedAt: instantSchema.optional().meta({ description: "When it entered its queue: queued, offered" }),
    offer: offerSchema.optional().meta({ description: "To whom and until when: offered" }),
    agentId: agentIdSchema.optional().meta({ description: "Who has it: active, waiting, wrap-up" }),
    endsAt: instantSchema.optional().meta({ description: "When it closes by itself: wrap-up" }),
    closeReason: closeReasonSchema.optional().meta({ description: "closed" }),
  })
  .meta({ id: "Conversation" });

export const conversationView = (conversation: Conversation): z.infer<typeof conversationViewSchema> =>
  conversationViewSchema.parse({ ...conversation, dynamicsState: DYNAMICS_STATE[conversation.state] });

export const contactViewSchema = contactSchema.meta({ id: "Contact" });

export const conversationDetailsViewSchema = conversationViewSchema
  .extend({
    contacts: z
      .array(contactViewSchema)
      .meta({ description: "The customer: nobody known, one, or those that share the number" }),
    consentChangedAt: instantSchema
      .optional()
      .meta({ description: "When the customer last said whether to be texted" }),
    waiting: waitSchema.optional().meta({ description: "Why nobody has it yet: queued" }),
  })
  .meta({ id: "ConversationDetails" });

/** Whether the customer has opted out is told as the thread has it. */
export const conversationDetailsView = ({
  conversation,
  contacts,
  consent,
  wait,
}: ConversationDetails): z.infer<typeof conversationDetailsViewSchema> => ({
  ...conversationView(conversation),
  ...(consent && { optedOut: consent.optedOut, consentChangedAt: consent.changedAt }),
  contacts: [...contacts],
  ...(wait && { waiting: wait }),
});

const shownOfMessage = { id: true, conversationId: true, direction: true, state: true, text: true } as const;
const receivedViewSchema = inboundMessageSchema
  .pick({ ...shownOfMessage, createdAt: true, segments: true, exceedsLimit: true, asksToStop: true, media: true })
  .meta({ id: "ReceivedMessage" });
export const replyViewSchema = outboundMessageSchema
  .pick({
    ...shownOfMessage,
    createdAt: true,
    segments: true,
    agentId: true,
    answeredKeyword: true,
    failure: true,
    code: true,
    stateChangedAt: true,
  })
  .meta({ id: "Reply" });

export const messageViewSchema = z.discriminatedUnion("direction", [receivedViewSchema, replyViewSchema]);

export const messageView = (message: Message): z.infer<typeof messageViewSchema> => messageViewSchema.parse(message);

export const agentViewSchema = agentSchema
  .pick({
    ...{ id: true, name: true, capacity: true, queueIds: true, skills: true },
    ...{ presence: true, load: true, lastAssignedAt: true },
  })
  .meta({ id: "Agent" });

export const agentView = (agent: Agent): z.infer<typeof agentViewSchema> => agentViewSchema.parse(agent);
