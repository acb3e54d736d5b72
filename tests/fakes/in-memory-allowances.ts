import type { Allowance, Allowances } from "../../shared/agent/request-limit.ts";
import type { AgentId } from "../../shared/kernel/ids.ts";

export class InMemoryAllowances implements Allowances {
  readonly #allowances = new Map<AgentId, Allowance>();

  find(id: AgentId): Allowance | undefined {
    return this.#allowances.get(id);
  }

  record(id: AgentId, allowance: Allowance): void {
    this.#allowances.set(id, allowance);
  }
}
