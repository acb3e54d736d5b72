import { LRUCache } from "lru-cache";
import type { RecentRequests, RequestLog } from "../../shared/agent/request-limit.ts";
import type { AgentId } from "../../shared/kernel/ids.ts";

/** The recent requests of the latest callers, in the memory of the process. */
export class LruRequestLog implements RequestLog {
  /** Far more callers than one process serves in a minute. */
  readonly #requests = new LRUCache<AgentId, RecentRequests>({ max: 2000 });

  find(id: AgentId): RecentRequests | undefined {
    return this.#requests.get(id);
  }

  record(id: AgentId, requests: RecentRequests): void {
    this.#requests.set(id, requests);
  }
}
