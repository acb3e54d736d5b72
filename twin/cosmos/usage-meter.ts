import type { Operation, OperationKind } from "./operation.ts";

/**
 * Request units of one operation on a document of about 1 KB with the default indexing policy.
 * Source: "Request units in Azure Cosmos DB".
 */
const REQUEST_UNITS: Readonly<Record<OperationKind, number>> = {
  read: 1,
  query: 3,
  create: 6,
  replace: 10,
  upsert: 10,
  patch: 10,
  delete: 10,
};

/** A strongly consistent read involves two replicas. Source: "Consistency levels in Azure Cosmos DB". */
const STRONG_READ_FACTOR = 2;

export interface OperationUsage {
  readonly container: string;
  readonly kind: OperationKind;
  readonly count: number;
  readonly requestUnits: number;
}

/**
 * Counts the operations that an account is charged for: those that were executed, and those that failed because of the
 * data (404, 409, 412).
 */
export class UsageMeter {
  readonly #usage = new Map<string, OperationUsage>();

  /**
   * @param isStrong - whether a read was strongly consistent.
   * @returns the request units charged.
   */
  record({ container, kind }: Operation, isStrong: boolean): number {
    const name = `${kind} ${container}`;
    const isStrongRead = isStrong && (kind === "read" || kind === "query");
    const charge = REQUEST_UNITS[kind] * (isStrongRead ? STRONG_READ_FACTOR : 1);
    const { count, requestUnits } = this.#usage.get(name) ?? { count: 0, requestUnits: 0 };
    this.#usage.set(name, { container, kind, count: count + 1, requestUnits: requestUnits + charge });
    return charge;
  }

  /** The usage since the last reset, by container and kind of operation. */
  byOperation(): OperationUsage[] {
    return [...this.#usage.values()];
  }

  /** Total request units since the last reset. */
  get requestUnits(): number {
    return this.byOperation().reduce((sum, usage) => sum + usage.requestUnits, 0);
  }

  reset(): void {
    this.#usage.clear();
  }
}
