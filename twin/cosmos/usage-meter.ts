import type { Operation, OperationKind } from "./operation.ts";

/**
 * Request units of one operation on a document of about 1 KB.
 * Source: "Request units in Azure Cosmos DB", with the usual indexing policy.
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

export interface OperationUsage {
  readonly container: string;
  readonly kind: OperationKind;
  readonly count: number;
  readonly requestUnits: number;
}

/** What is read from several replicas, to have the newest state, costs twice. Source: "Consistency levels in Azure Cosmos DB". */
const STRONG_FACTOR = 2;

/** Counts the operations that were carried out or refused by the data (404, 409, 412): what an account is charged for. */
export class UsageMeter {
  readonly #usage = new Map<string, OperationUsage>();

  /**
   * @param strong - whether a read was made with strong consistency.
   * @returns the request units charged.
   */
  record({ container, kind }: Operation, strong: boolean): number {
    const name = `${kind} ${container}`;
    const charge = REQUEST_UNITS[kind] * (strong && (kind === "read" || kind === "query") ? STRONG_FACTOR : 1);
    const { count, requestUnits } = this.#usage.get(name) ?? { count: 0, requestUnits: 0 };
    this.#usage.set(name, { container, kind, count: count + 1, requestUnits: requestUnits + charge });
    return charge;
  }

  /** One line for each container and kind of operation that occurred since the last reset. */
  byOperation(): OperationUsage[] {
    return [...this.#usage.values()];
  }

  /** The request units of all lines together. */
  get requestUnits(): number {
    return this.byOperation().reduce((sum, line) => sum + line.requestUnits, 0);
  }

  reset(): void {
    this.#usage.clear();
  }
}
