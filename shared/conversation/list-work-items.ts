import { addSeconds } from "../kernel/instant.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Page, PageRequest } from "../kernel/stored.ts";
import type { Actor } from "./actor.ts";
import { type Conversation, OWNED_STATES } from "./conversation.ts";

/** How long a closed conversation stays among the work items of its last agent: 7 days. */
const CLOSED_SECONDS = 7 * 86_400;

/** The states of work items. */
export const WORK_ITEM_STATES = [...OWNED_STATES, "closed"] as const;

interface WorkItemsRequest {
  /** Defaults to all states in which a conversation has an owner. */
  readonly state?: (typeof WORK_ITEM_STATES)[number] | undefined;
  readonly page: PageRequest;
}

/**
 * Lists the conversations that an actor owns or, in the state closed, last worked on, the last changed first. An agent who
 * is not registered, or was retired, may not see closed ones: the list is empty.
 * @throws TransientError when a store is unavailable.
 */
export const listWorkItems = async (
  { agents, conversations, now }: Pick<Ports, "agents" | "conversations" | "now">,
  { agentId, supervisor }: Actor,
  { state, page }: WorkItemsRequest,
): Promise<Page<Conversation>> => {
  if (state !== "closed") return conversations.ofAgent(agentId, state ? [state] : OWNED_STATES, page);
  const maySeeClosed = supervisor || (await agents.find(agentId)) !== undefined;
  return maySeeClosed ? conversations.closedOf(agentId, addSeconds(now(), -CLOSED_SECONDS), page) : { items: [] };
};
