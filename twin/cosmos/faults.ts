import type { Operation, OperationKind } from "./operation.ts";
import { type CosmosResponse, errorResponse } from "./response.ts";

export type Fault =
  /** Status 429; the SDK retries after the given delay. */
  | { readonly kind: "throttled"; readonly retryAfterMs: number }
  /** Status 503. */
  | { readonly kind: "unavailable" }
  /** Status 403, as for an identity without a role, or a request from outside the firewall. */
  | { readonly kind: "forbidden" }
  /** The connection breaks `before` the operation is executed, or `after` it, when only the response is lost. */
  | { readonly kind: "connection-lost"; readonly when: "before" | "after" }
  /** A read or query without strong consistency does not see the container's newest write. */
  | { readonly kind: "lagging" };

/** Selects the operations that a fault applies to. An absent member matches every operation. */
export interface FaultRule {
  readonly container?: string;
  readonly operation?: OperationKind;
  /** Number of matching operations that the fault applies to. */
  readonly times: number;
  readonly fault: Fault;
}

/** Faults injected into the next operations. */
export class Faults {
  #rules: { rule: FaultRule; remaining: number }[] = [];

  inject(rule: FaultRule): void {
    this.#rules.push({ rule, remaining: rule.times });
  }

  clear(): void {
    this.#rules = [];
  }

  /** Uses up one application of the oldest rule that matches the operation. */
  take(operation: Operation): Fault | undefined {
    const match = this.#rules.find(({ rule, remaining }) => remaining > 0 && matchesRule(rule, operation));
    if (match) match.remaining -= 1;
    return match?.rule.fault;
  }
}

const matchesRule = (rule: FaultRule, { container, kind }: Operation): boolean =>
  (rule.container ?? container) === container && (rule.operation ?? kind) === kind;

/** The effect of a fault that prevents the operation; undefined when the operation is executed all the same. */
export const faultResponse = (fault: Fault): CosmosResponse | "connection-lost" | undefined => {
  switch (fault.kind) {
    case "throttled": {
      const headers = { "x-ms-retry-after-ms": String(fault.retryAfterMs), "x-ms-substatus": "3200" };
      return errorResponse(429, "Request rate is large", headers);
    }
    case "unavailable":
      return errorResponse(503, "Service is currently unavailable");
    case "forbidden":
      return errorResponse(403, "Request is blocked: the principal does not have the required permissions", {
        "x-ms-substatus": "5302",
      });
    case "connection-lost":
      return fault.when === "before" ? "connection-lost" : undefined;
    case "lagging":
      return undefined;
  }
};
