import {
  type Conversation,
  type ConversationState,
  conversationSchema,
  type QueuedConversation,
} from "../../shared/conversation/conversation.ts";
import { threadIdOf } from "../../shared/conversation/thread.ts";
import { conversationIdOf, type ThreadId } from "../../shared/kernel/ids.ts";
import { addressSchema } from "../../shared/sms/address.ts";
import { fixedKeyedHash } from "./fixed-keyed-hash.ts";
import { CHANNEL_NUMBER } from "./sample-organisation.ts";

/** When the sample conversations were opened and entered their states. */
export const OPENED_AT = "2026-03-02T10:00:00.000Z";

/** Members of a sample, which its schema checks. */
export type Details = Readonly<Record<string, unknown>>;

/** A thread of the main number with the n-th customer. */
export const sampleThreadId = (n = 0): ThreadId =>
  threadIdOf(fixedKeyedHash, addressSchema.parse(CHANNEL_NUMBER), customerOf(n));

/** The phone number of the n-th customer. */
export const customerOf = (n: number) => addressSchema.parse(`+1425556${String(n).padStart(4, "0")}`);

const OF_STATE: Readonly<Record<ConversationState, Details>> = {
  new: { epoch: 0 },
  queued: { queuedAt: OPENED_AT },
  offered: {
    queuedAt: OPENED_AT,
    offer: { agentId: "agent-a", offeredAt: OPENED_AT, expiresAt: "2026-03-02T10:32:00.000Z" },
    claimToken: "token-a",
  },
  active: { agentId: "agent-a", lastAgentId: "agent-a", claimToken: "token-a" },
  waiting: { agentId: "agent-a", lastAgentId: "agent-a" },
  "wrap-up": {
    agentId: "agent-a",
    lastAgentId: "agent-a",
    claimToken: "token-a",
    endsAt: "2026-03-03T10:00:00.000Z",
  },
  closed: { closeReason: "ended" },
};

/** A conversation of the n-th customer. Its owner is "agent-a", its claim token is "token-a", and an offer expires at 10:32. */
export const sampleConversation = (state: ConversationState, some: Details = {}, n = 0): Conversation =>
  conversationSchema.parse({
    state,
    id: conversationIdOf(sampleThreadId(n), 1),
    threadId: sampleThreadId(n),
    channelId: "main",
    customer: customerOf(n),
    epoch: 1,
    queueId: "support",
    priority: 100,
    skills: [],
    routedBy: "channel",
    capacityUnits: 1,
    contact: { kind: "unidentified" },
    optedOut: false,
    openedAt: OPENED_AT,
    lastTextAt: OPENED_AT,
    preview: "hello",
    textIds: ["acs:first"],
    preferred: { agentIds: [] },
    declines: [],
    stateChangedAt: OPENED_AT,
    ...OF_STATE[state],
    ...some,
  });

/** A conversation that waits in a queue. */
export const sampleQueued = (some: Details = {}, n = 0): QueuedConversation => {
  const conversation = sampleConversation("queued", some, n);
  if (conversation.state !== "queued") throw new Error("the details name another state");
  return conversation;
};
