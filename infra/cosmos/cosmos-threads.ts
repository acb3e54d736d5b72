import type { Thread, Threads } from "../../shared/conversation/thread.ts";
import type { ThreadId } from "../../shared/kernel/ids.ts";
import type { Freshness, Page, PageRequest, Stored } from "../../shared/kernel/stored.ts";
import type { Containers } from "./cosmos-database.ts";
import { Documents } from "./documents.ts";
import { THREAD_DOCUMENT } from "./thread-document.ts";

/** The condition and the sort key of a list of threads; without a channel, of all of them. */
interface ListedThreads {
  readonly where: string;
  readonly sortedBy: string;
  readonly channelId: string | undefined;
}

/** Threads in the container `conversations`, each in the partition of its conversations. */
export class CosmosThreads implements Threads {
  readonly #documents: Documents<Thread>;

  constructor(containers: Containers) {
    this.#documents = new Documents(containers, THREAD_DOCUMENT);
  }

  find(id: ThreadId, freshness?: Freshness): Promise<Stored<Thread> | undefined> {
    return this.#documents.read(id, id, freshness);
  }

  create(thread: Thread): Promise<Stored<Thread> | "exists"> {
    return this.#documents.create(thread);
  }

  optedOut(page: PageRequest, channelId?: string): Promise<Page<Thread>> {
    return this.#list({ where: "c.consent.optedOut = true", sortedBy: "consentAt", channelId }, page);
  }

  blocked(page: PageRequest, channelId?: string): Promise<Page<Thread>> {
    return this.#list({ where: "c.block.isBlocked = true", sortedBy: "blockedAt", channelId }, page);
  }

  replace(stored: Stored<Thread>, next: Thread): Promise<Stored<Thread> | "stale"> {
    return this.#documents.replace(stored, next);
  }

  #list({ where, sortedBy, channelId }: ListedThreads, page: PageRequest): Promise<Page<Thread>> {
    const ofChannel = channelId === undefined ? "" : " AND c.channelId = @channelId";
    return this.#documents.page(
      {
        where: `c.kind = "thread" AND ${where}${ofChannel}`,
        sortedBy,
        order: "DESC",
        ...(channelId !== undefined && { parameters: { channelId } }),
      },
      page,
    );
  }
}
