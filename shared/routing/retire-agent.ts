import { type Agent, profileVersionOf } from "../agent/agent.ts";
import { type Conversation, OWNED_STATES, ownerOf } from "../conversation/conversation.ts";
import type { MoveEvent } from "../conversation/transition/transition.ts";
import { type AgentId, type ConversationId, conversationIdSchema } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import type { PageRequest } from "../kernel/stored.ts";
import { requireFollowUp } from "./follow-up.ts";
import { moveConversation } from "./move-conversation.ts";

type RetirePorts = Pick<Ports, "conversations" | "agents" | "jobs" | "routingWorkflow" | "now" | "newId">;

interface RetireAgentRequest {
  readonly id: AgentId;
  /** `profileVersionOf` the agent to retire; any version without it. */
  readonly version: string | undefined;
}

export type RetiredAgent =
  | { readonly kind: "retired"; readonly agent: Agent }
  /** `stale`: the profile has another version. Nothing was changed. */
  | { readonly kind: "not-found" | "stale" };

/**
 * Retires an agent: returns its conversations to their queues, finishes its wrap-ups, and gives it no others.
 *
 * @remarks A crash leaves an agent who takes part, with fewer conversations. Retiring the agent again finishes it. The sweep
 * releases a claim whose conversation was written before the crash.
 * @throws TransientError when a store or the broker is unavailable. It may be retried.
 */
export const retireAgent = async (ports: RetirePorts, { id, version }: RetireAgentRequest): Promise<RetiredAgent> => {
  const agent = await ports.agents.findWithRetired(id);
  if (!agent) return { kind: "not-found" };
  if (version !== undefined && profileVersionOf(agent) !== version) return { kind: "stale" };
  await releaseConversations(ports, agent);
  const retired = await ports.agents.retire(id, ports.now());
  if (!retired) return { kind: "not-found" };
  // The dispatcher may have made an offer before the agent was retired.
  await releaseConversations(ports, retired);
  return { kind: "retired", agent: (await ports.agents.findWithRetired(id)) ?? retired };
};

/** Releases the conversations that the agent owns. A claim may show one that the list does not show yet. */
const releaseConversations = async (ports: RetirePorts, { id, claims }: Agent): Promise<void> => {
  let request: PageRequest | undefined = { limit: 100 };
  while (request) {
    const { items, next } = await ports.conversations.ofAgent(id, OWNED_STATES, request);
    for (const owned of items) await releaseConversation(ports, owned.id, id);
    request = next && { limit: 100, after: next };
  }
  for (const claimed of Object.keys(claims)) await releaseConversation(ports, conversationIdSchema.parse(claimed), id);
};

const releaseConversation = (ports: RetirePorts, id: ConversationId, agentId: AgentId): Promise<void> =>
  retryOnConflict<void>({ what: `conversation ${id}` }, async () => {
    const read = await ports.conversations.find(id);
    const event = read && releaseOf(read.value, agentId);
    if (!event) return undefined;
    const move = await moveConversation(ports, { ...read, isOnlyVersion: true }, event);
    return move.kind === "moved" ? requireFollowUp(move) : RETRY;
  });

/** @returns the event by which the agent gives the conversation up; undefined when the agent does not own it. */
const releaseOf = (conversation: Conversation, agentId: AgentId): MoveEvent | undefined => {
  if (ownerOf(conversation) !== agentId) return undefined;
  switch (conversation.state) {
    case "offered":
      return { kind: "decline", agentId };
    case "active":
    case "waiting":
      return { kind: "release", agentId };
    case "wrap-up":
      return { kind: "finish", agentId };
    case "new":
    case "queued":
    case "closed":
      return undefined;
    default:
      return conversation satisfies never;
  }
};
