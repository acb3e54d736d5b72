import type { Operation, OperationKind } from "./operation.ts";
import { type CosmosResponse, errorResponse } from "./response.ts";

export type Fault =
  /** 429; the SDK waits that many milliseconds and tries again. */
  | { readonly kind: "throttled"; readonly retryAfterMs: number }
  /** 503. */
  | { readonly kind: "unavailable" }
  /** The connection breaks: `before` the operation is done, or `after` it, when only the answer is lost. */
  | { readonly kind: "connection-lost"; readonly when: "before" | "after" }
  /** A read or query that does not ask for strong consistency misses the container's newest write. */
  | { readonly kind: "lagging" };

/** Which operations a fault strikes. What is left out matches all. */
export interface FaultRule {
  readonly container?: string;
  readonly operation?: OperationKind;
  /** How many operations it strikes, the next ones that match. */
  readonly times: number;
  readonly fault: Fault;
}

/** The faults that are still to come. */
export class Faults {
  #rules: { rule: FaultRule; left: number }[] = [];

  inject(rule: FaultRule): void {
    this.#rules.push({ rule, left: rule.times });
  }

  clear(): void {
    this.#rules = [];
  }

  /** Takes the fault that strikes this operation, from the oldest rule that matches. */
  take(operation: Operation): Fault | undefined {
    const match = this.#rules.find(({ rule, left }) => left > 0 && matchesRule(rule, operation));
    if (match) match.left -= 1;
    return match?.rule.fault;
  }
}

const matchesRule = (rule: FaultRule, { container, kind }: Operation): boolean =>
  (rule.container ?? container) === container && (rule.operation ?? kind) === kind;

/** What a fault does in place of the operation; undefined when the operation is done and only its answer is lost. */
export const faultResponse = (fault: Fault): CosmosResponse | "connection-lost" | undefined => {
  switch (fault.kind) {
    case "throttled": {
      const headers = { "x-ms-retry-after-ms": String(fault.retryAfterMs), "x-ms-substatus": "3200" };
      return errorResponse(429, "TooManyRequests", "Request rate is large", headers);
    }
    case "unavailable":
      return errorResponse(503, "ServiceUnavailable", "Service is currently unavailable");
    case "connection-lost":
      return fault.when === "before" ? "connection-lost" : undefined;
    case "lagging":
      return undefined;
  }
};
