import type { Conversation } from "../conversation/conversation.ts";
import { isUnconfirmed, type OutboundMessage, retryIdOf } from "../conversation/message.ts";
import type { AgentId } from "../kernel/ids.ts";
import type { Stored } from "../kernel/stored.ts";
import { type Replied, type ReplyPorts, storeReply } from "./reply.ts";

interface RetryRequest {
  readonly agentId: AgentId;
  /** Whether the customer may get the text twice, when it is unknown whether it arrived. */
  readonly acceptDuplicate: boolean;
}

/** `not-retryable`: the message has not failed, or no agent wrote it. `duplicate-possible`: the customer may have it. */
export type Retried = Replied | { readonly kind: "not-retryable" | "duplicate-possible" };

/**
 * Sends a failed reply again, as a new one with the same text. A repeated call has the same outcome: a reply has at most one
 * retry, which may be retried when it fails too.
 * @param read - the conversation as it was just read.
 * @throws TransientError when a store is unavailable. The call may be repeated.
 */
export const retryReply = async (
  ports: ReplyPorts,
  { read, message }: { readonly read: Stored<Conversation>; readonly message: OutboundMessage },
  { agentId, acceptDuplicate }: RetryRequest,
): Promise<Retried> => {
  const id = retryIdOf(message.id);
  const refusal = refusalOf(message, acceptDuplicate);
  // A late delivery report may have corrected the failure since the first call.
  if (refusal && !(await ports.messages.find(message.threadId, id))) return { kind: refusal };
  return storeReply(ports, {
    id,
    mayExist: true,
    retryOf: message.id,
    conversationId: read.value.id,
    read,
    agentId,
    text: message.text,
  });
};

const refusalOf = (
  message: OutboundMessage,
  acceptDuplicate: boolean,
): "not-retryable" | "duplicate-possible" | undefined => {
  if (message.state !== "failed" || message.agentId === undefined) return "not-retryable";
  return isUnconfirmed(message) && !acceptDuplicate ? "duplicate-possible" : undefined;
};
