import { isBlocked } from "../../shared/consent/block.ts";
import { isOptedOut } from "../../shared/consent/consent.ts";
import type { Thread, Threads } from "../../shared/conversation/thread.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { Instant } from "../../shared/kernel/instant.ts";
import type { Page, PageRequest, Stored } from "../../shared/kernel/stored.ts";
import type { Hooks } from "./hooks.ts";
import { InMemoryTable } from "./in-memory-table.ts";
import { pageOf } from "./paging.ts";

interface ListedThreads {
  readonly isListed: (thread: Thread) => boolean;
  readonly changedAt: (thread: Thread) => Instant | undefined;
  readonly channelId: string | undefined;
}

export class InMemoryThreads implements Threads {
  readonly #table: InMemoryTable<Thread>;

  constructor(hooks: Hooks = {}) {
    this.#table = new InMemoryTable("threads", hooks);
  }

  find(id: ThreadId): Promise<Stored<Thread> | undefined> {
    return this.#table.read("find", () => this.#table.get(id));
  }

  create(thread: Thread): Promise<Stored<Thread> | "exists"> {
    return this.#table.write("create", () => this.#table.insert(thread.id, thread));
  }

  optedOut(request: PageRequest, channelId?: string): Promise<Page<Thread>> {
    const lists: ListedThreads = { isListed: isOptedOut, changedAt: ({ consent }) => consent?.changedAt, channelId };
    return this.#list("optedOut", lists, request);
  }

  blocked(request: PageRequest, channelId?: string): Promise<Page<Thread>> {
    const lists: ListedThreads = { isListed: isBlocked, changedAt: ({ block }) => block?.changedAt, channelId };
    return this.#list("blocked", lists, request);
  }

  replace(stored: Stored<Thread>, next: Thread): Promise<Stored<Thread> | "stale"> {
    return this.#table.write("replace", () => this.#table.swap(stored.value.id, stored.etag, next));
  }

  #list(
    operation: string,
    { isListed, changedAt, channelId }: ListedThreads,
    request: PageRequest,
  ): Promise<Page<Thread>> {
    return this.#table.read(operation, () => {
      const isOfChannel = (thread: Thread) => channelId === undefined || thread.channelId === channelId;
      const listed = this.#table
        .values()
        .flatMap(({ value }) => (isListed(value) && isOfChannel(value) ? [value] : []));
      return pageOf(listed, { keyOf: (thread) => changedAt(thread) ?? "", direction: "descending" }, request);
    });
  }
}
