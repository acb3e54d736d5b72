import type { ThreadId } from "../../shared/conversation/ids.ts";
import { type Thread, type Threads, threadSchema } from "../../shared/conversation/thread.ts";
import type { Stored } from "../../shared/stored.ts";
import type { Hooks } from "./hooks.ts";
import { InMemoryTable } from "./in-memory-table.ts";

export class InMemoryThreads implements Threads {
  readonly #table: InMemoryTable<Thread>;

  constructor(hooks: Hooks = {}) {
    this.#table = new InMemoryTable("threads", threadSchema, hooks);
  }

  find(id: ThreadId): Promise<Stored<Thread> | undefined> {
    return this.#table.read("find", () => this.#table.get(id));
  }

  create(thread: Thread): Promise<"created" | "exists"> {
    return this.#table.write("create", () => (this.#table.insert(thread.id, thread) ? "created" : "exists"));
  }

  replace(stored: Stored<Thread>, next: Thread): Promise<"replaced" | "stale"> {
    return this.#table.write("replace", () =>
      this.#table.swap(stored.value.id, stored.etag, next) ? "replaced" : "stale",
    );
  }
}
