import * as z from "zod";
import type { Conversation, ConversationState, QueuedConversation } from "../../shared/conversation/conversation.ts";
import type { Conversations, OpenCounts, OpenFilter, OpenPlace } from "../../shared/conversation/conversations.ts";
import { type AgentId, type ConversationId, threadOf } from "../../shared/kernel/ids.ts";
import type { Instant } from "../../shared/kernel/instant.ts";
import type { Freshness, Page, PageRequest, Stored } from "../../shared/kernel/stored.ts";
import { CONVERSATION_DOCUMENT } from "./conversation-document.ts";
import type { Containers } from "./cosmos-database.ts";
import { Documents } from "./documents.ts";

/** Conversations in the container `conversations`, beside the threads they belong to. */
export class CosmosConversations implements Conversations {
  readonly #documents: Documents<Conversation>;

  constructor(containers: Containers) {
    this.#documents = new Documents(containers, CONVERSATION_DOCUMENT);
  }

  find(id: ConversationId): Promise<Stored<Conversation> | undefined> {
    return this.#documents.read(id, threadOf(id));
  }

  create(conversation: Conversation): Promise<Stored<Conversation> | "exists"> {
    return this.#documents.create(conversation);
  }

  replace(stored: Stored<Conversation>, next: Conversation): Promise<Stored<Conversation> | "stale"> {
    return this.#documents.replace(stored, next);
  }

  async *waitingIn(queueId: string, freshness: Freshness = {}): AsyncGenerator<readonly Stored<QueuedConversation>[]> {
    const pages = this.#documents.pages({
      ...freshness,
      // The SDK cannot merge sort keys of different types: one damaged document would block the queue.
      text: `SELECT * FROM c WHERE c.kind = "conversation" AND c.state = "queued" AND c.queueId = @queueId
             AND IS_NUMBER(c.priority) AND IS_STRING(c.queuedAt) ORDER BY c.priority, c.queuedAt`,
      parameters: { queueId },
    });
    for await (const page of pages) yield page.filter(isQueued);
  }

  ofAgent(agentId: AgentId, states: readonly ConversationState[], page: PageRequest): Promise<Page<Conversation>> {
    return this.#documents.page(
      {
        where: `c.kind = "conversation" AND c.owner = @agentId AND ARRAY_CONTAINS(@states, c.state)`,
        sortedBy: "stateAt",
        order: "DESC",
        parameters: { agentId, states: [...states] },
      },
      page,
    );
  }

  closedOf(agentId: AgentId, since: Instant, page: PageRequest): Promise<Page<Conversation>> {
    return this.#documents.page(
      {
        where: `c.kind = "conversation" AND c.state = "closed" AND c.lastAgentId = @agentId AND c.stateAt >= @since`,
        sortedBy: "stateAt",
        order: "DESC",
        parameters: { agentId, since },
      },
      page,
    );
  }

  openIn(queueId: string, page: PageRequest): Promise<Page<Conversation>> {
    return this.#documents.page(
      {
        where: `c.kind = "conversation" AND c.state = "queued" AND c.queueId = @queueId`,
        sortedBy: "queuedAt",
        order: "ASC",
        parameters: { queueId },
      },
      page,
    );
  }

  listOpen({ state, queueId, agentId }: OpenFilter, page: PageRequest): Promise<Page<Conversation>> {
    const filters = Object.entries({ state, queueId, owner: agentId }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    return this.#documents.page(
      {
        where: [`c.kind = "conversation" AND c.open = true`, ...filters.map(([name]) => `c.${name} = @${name}`)].join(
          " AND ",
        ),
        sortedBy: "stateAt",
        order: "DESC",
        parameters: Object.fromEntries(filters),
      },
      page,
    );
  }

  async countOpen(place: OpenPlace): Promise<OpenCounts> {
    const [member, id] = "queueId" in place ? ["queueId", place.queueId] : ["channelId", place.channelId];
    const found = await this.#documents.resources({
      newest: true,
      text: `SELECT c.state FROM c WHERE c.kind = "conversation" AND c.open = true AND c.${member} = @id`,
      parameters: { id },
    });
    const counts: Partial<Record<ConversationState, number>> = {};
    for (const { state } of countedSchema.array().parse(found)) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  open(): AsyncGenerator<readonly Stored<Conversation>[]> {
    return this.#documents.pages({ text: `SELECT * FROM c WHERE c.kind = "conversation" AND c.open = true` });
  }
}

const countedSchema = z.object({ state: z.enum(["new", "queued", "offered", "active", "waiting", "wrap-up"]) });

const isQueued = (stored: Stored<Conversation>): stored is Stored<QueuedConversation> =>
  stored.value.state === "queued";
