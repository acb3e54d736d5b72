import {
  type Conversation,
  type ConversationState,
  ownerOf,
  type QueuedConversation,
} from "../../shared/conversation/conversation.ts";
import type { Conversations, OpenCounts, OpenFilter, OpenPlace } from "../../shared/conversation/conversations.ts";
import type { AgentId, ConversationId } from "../../shared/kernel/ids.ts";
import type { Instant } from "../../shared/kernel/instant.ts";
import type { Page, PageRequest, Stored } from "../../shared/kernel/stored.ts";
import type { Hooks } from "./hooks.ts";
import { InMemoryTable } from "./in-memory-table.ts";
import { pageOf, sortedBy } from "./paging.ts";

/** Conversations in a page of an iteration: few, so that small tests have several pages. */
const PAGE_LENGTH = 10;

export class InMemoryConversations implements Conversations {
  readonly #table: InMemoryTable<Conversation>;

  constructor(hooks: Hooks = {}) {
    this.#table = new InMemoryTable("conversations", hooks);
  }

  find(id: ConversationId): Promise<Stored<Conversation> | undefined> {
    return this.#table.read("find", () => this.#table.get(id));
  }

  create(conversation: Conversation): Promise<Stored<Conversation> | "exists"> {
    return this.#table.write("create", () => this.#table.insert(conversation.id, conversation));
  }

  replace(stored: Stored<Conversation>, next: Conversation): Promise<Stored<Conversation> | "stale"> {
    return this.#table.write("replace", () => this.#table.swap(stored.value.id, stored.etag, next));
  }

  waitingIn(queueId: string): AsyncIterable<readonly Stored<QueuedConversation>[]> {
    return this.#pages(
      "waitingIn",
      () => this.#waiting(queueId),
      ({ value }) => turnOf(value),
    );
  }

  ofAgent(agentId: AgentId, states: readonly ConversationState[], request: PageRequest): Promise<Page<Conversation>> {
    return this.#table.read("ofAgent", () => {
      const found = this.all().filter(
        (conversation) => ownerOf(conversation) === agentId && states.includes(conversation.state),
      );
      return pageOf(found, { keyOf: ({ stateChangedAt }) => stateChangedAt, direction: "descending" }, request);
    });
  }

  closedOf(agentId: AgentId, since: Instant, request: PageRequest): Promise<Page<Conversation>> {
    return this.#table.read("closedOf", () => {
      const found = this.all().filter(
        ({ state, lastAgentId, stateChangedAt }) =>
          state === "closed" && lastAgentId === agentId && stateChangedAt >= since,
      );
      return pageOf(found, { keyOf: ({ stateChangedAt }) => stateChangedAt, direction: "descending" }, request);
    });
  }

  openIn(queueId: string, request: PageRequest): Promise<Page<Conversation>> {
    return this.#table.read("openIn", () => {
      const found = this.#waiting(queueId).map(({ value }) => value);
      return pageOf(found, { keyOf: ({ queuedAt }) => queuedAt, direction: "ascending" }, request);
    });
  }

  listOpen({ state, queueId, agentId }: OpenFilter, request: PageRequest): Promise<Page<Conversation>> {
    return this.#table.read("listOpen", () => {
      const found = this.all().filter(
        (conversation) =>
          conversation.state !== "closed" &&
          (state ?? conversation.state) === conversation.state &&
          (queueId ?? conversation.queueId) === conversation.queueId &&
          (agentId === undefined || ownerOf(conversation) === agentId),
      );
      return pageOf(found, { keyOf: ({ stateChangedAt }) => stateChangedAt, direction: "descending" }, request);
    });
  }

  countOpen(place: OpenPlace): Promise<OpenCounts> {
    return this.#table.read("countOpen", () => {
      const found = this.all().filter(
        ({ state, queueId, channelId }) =>
          state !== "closed" && ("queueId" in place ? queueId === place.queueId : channelId === place.channelId),
      );
      const byState = Map.groupBy(found, ({ state }) => state);
      return Object.fromEntries([...byState].map(([state, { length }]) => [state, length]));
    });
  }

  open(): AsyncIterable<readonly Stored<Conversation>[]> {
    const open = () => this.#table.values().filter(({ value }) => value.state !== "closed");
    return this.#pages("open", open, ({ value }) => value.id);
  }

  /** All conversations. */
  all(): readonly Conversation[] {
    return this.#table.values().map(({ value }) => value);
  }

  /** Stores a conversation, or replaces the one with its id. */
  seed(conversation: Conversation): void {
    this.#table.put(conversation.id, conversation);
  }

  #waiting(queueId: string): readonly Stored<QueuedConversation>[] {
    return this.#table
      .values()
      .filter((stored): stored is Stored<QueuedConversation> => stored.value.state === "queued")
      .filter(({ value }) => value.queueId === queueId);
  }

  async *#pages<T>(
    operation: string,
    found: () => readonly T[],
    keyOf: (item: T) => string,
  ): AsyncGenerator<readonly T[]> {
    for (let last: T | undefined; ; ) {
      const after: string = last === undefined ? "" : keyOf(last);
      const page = await this.#table.read(operation, () =>
        sortedBy(found(), keyOf, "ascending")
          .filter((item) => keyOf(item) > after)
          .slice(0, PAGE_LENGTH),
      );
      last = page.at(-1);
      if (last === undefined) return;
      yield page;
    }
  }
}

const turnOf = ({ priority, queuedAt, id }: QueuedConversation): string =>
  `${String(priority).padStart(9, "0")} ${queuedAt} ${id}`;
