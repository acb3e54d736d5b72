import { holderOf } from "../conversation/conversation.ts";
import type { Ports } from "../kernel/ports.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import type { ClaimKey } from "./release-capacity.ts";

/**
 * Reconciles a conversation with its holder's claim. Two concurrent moves that give a conversation to the same agent
 * share one claim, under the token of the move that claimed last. When the other move was written, the conversation
 * carries a token that no claim has; it takes over this one.
 * @param claim - a claim whose own move was not written.
 * @returns true when the agent holds the conversation, and the claim must be kept.
 * @throws TransientError when a store is unavailable, or concurrent changes do not cease.
 */
export const reconcileClaim = (
  { agents, conversations }: Pick<Ports, "agents" | "conversations">,
  { agentId, conversationId, token }: ClaimKey,
): Promise<boolean> =>
  retryOnConflict({ what: `claim for conversation ${conversationId}` }, async () => {
    const stored = await conversations.find(conversationId);
    if (!stored || holderOf(stored.value) !== agentId) return false;
    if (stored.value.claimToken === token) return true;
    // A move that claimed after this one reconciles its own token.
    if ((await agents.find(agentId))?.claims[conversationId]?.token !== token) return true;
    const written = await conversations.replace(stored, { ...stored.value, claimToken: token });
    return written === "stale" ? RETRY : true;
  });
