import { isOptedOut } from "../../shared/consent/consent.ts";
import type { Thread, Threads } from "../../shared/conversation/thread.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { Page, PageRequest, Stored } from "../../shared/kernel/stored.ts";
import type { Hooks } from "./hooks.ts";
import { InMemoryTable } from "./in-memory-table.ts";
import { pageOf } from "./paging.ts";

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
    return this.#table.read("optedOut", () => {
      const found = this.#table.values().map(({ value }) => value);
      const isOfChannel = (thread: Thread) => channelId === undefined || thread.channelId === channelId;
      const optedOut = found.filter((thread) => isOptedOut(thread) && isOfChannel(thread));
      return pageOf(optedOut, { keyOf: ({ consent }) => consent?.changedAt ?? "", direction: "descending" }, request);
    });
  }

  replace(stored: Stored<Thread>, next: Thread): Promise<Stored<Thread> | "stale"> {
    return this.#table.write("replace", () => this.#table.swap(stored.value.id, stored.etag, next));
  }
}
