import type { RecentRequests, RequestLog } from "../../shared/agent/request-limit.ts";
import type { AgentId } from "../../shared/kernel/ids.ts";

export class InMemoryRequestLog implements RequestLog {
  readonly #requests = new Map<AgentId, RecentRequests>();

  find(id: AgentId): RecentRequests | undefined {
    return this.#requests.get(id);
  }

  record(id: AgentId, requests: RecentRequests): void {
    this.#requests.set(id, requests);
  }
}
