import { LRUCache } from "lru-cache";
import type { Allowance, Allowances } from "../../shared/agent/request-limit.ts";
import type { AgentId } from "../../shared/kernel/ids.ts";

/** The allowances of the latest callers, in the memory of the process. */
export class LruAllowances implements Allowances {
  /** Far more callers than one process serves in a minute. */
  readonly #allowances = new LRUCache<AgentId, Allowance>({ max: 10_000 });

  find(id: AgentId): Allowance | undefined {
    return this.#allowances.get(id);
  }

  record(id: AgentId, allowance: Allowance): void {
    this.#allowances.set(id, allowance);
  }
}
