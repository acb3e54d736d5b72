import { receiveText } from "../../shared/intake/receive-text.ts";
import { agentIdSchema } from "../../shared/kernel/ids.ts";
import type { OutboundRequest } from "../../shared/kernel/jobs.ts";
import { moveConversation } from "../../shared/routing/move-conversation.ts";
import { reply } from "../../shared/sending/reply.ts";
import type { Fakes } from "./fakes.ts";
import { sampleText } from "./sample-text.ts";

/**
 * Stores a reply of agent-a to the first sample customer.
 * @returns the request to send it, which is not yet processed.
 */
export const storeReply = async (fakes: Fakes, holdSeconds = 0): Promise<OutboundRequest> => {
  const agentId = agentIdSchema.parse("agent-a");
  const received = await receiveText(fakes, sampleText());
  const conversationId = received.kind === "accepted" ? received.conversationId : undefined;
  if (!conversationId) throw new Error("no conversation");
  await moveConversation(fakes, conversationId, { kind: "pick", queueId: "support", agentId });
  await reply(fakes, { conversationId, agentId, text: "good morning", holdSeconds });
  const [request] = fakes.jobs.outbounds;
  if (!request) throw new Error("the reply was not enqueued");
  return request;
};

/** Stores the agent's next reply, a second later. @returns the request to send it. */
export const storeNextReply = async (fakes: Fakes, holdSeconds = 0): Promise<OutboundRequest> => {
  const [conversation] = fakes.conversations.all();
  if (!conversation) throw new Error("no conversation");
  fakes.clock.advance(1);
  await reply(fakes, {
    conversationId: conversation.id,
    agentId: agentIdSchema.parse("agent-a"),
    text: "good morning",
    holdSeconds,
  });
  const request = fakes.jobs.outbounds.at(-1);
  if (!request) throw new Error("the reply was not enqueued");
  return request;
};
