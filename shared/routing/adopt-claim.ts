import type { Agents } from "../agent/agents.ts";
import { holderOf } from "../conversation/conversation.ts";
import type { Conversations } from "../conversation/conversations.ts";
import type { AgentId, ConversationId } from "../kernel/ids.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";

/**
 * Brings a conversation and its holder's claim together again. Two moves that give one conversation to the same agent
 * at the same time share one claim, under the token of whoever claimed last; when the other one's move was made, the
 * conversation has a token that is no claim's, and takes this one.
 * @param token - of a claim whose own move was not made.
 * @returns whether the agent holds the conversation, so that the claim is needed.
 * @throws TransientError when a store is unavailable, or others change the conversation all the time.
 */
export const adoptClaim = async (
  { agents, conversations }: { readonly agents: Agents; readonly conversations: Conversations },
  agentId: AgentId,
  id: ConversationId,
  token: string,
): Promise<boolean> =>
  retryOnConflict({ what: `claim for conversation ${id}` }, async () => {
    const stored = await conversations.find(id);
    if (!stored || holderOf(stored.value) !== agentId) return false;
    if (stored.value.claimToken === token) return true;
    // A move that claimed later than this one sees to its own token.
    if ((await agents.find(agentId))?.claims[id]?.token !== token) return true;
    const written = await conversations.replace(stored, { ...stored.value, claimToken: token });
    return written === "stale" ? RETRY : true;
  });
