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

export interface LedgerLine {
  readonly container: string;
  readonly kind: OperationKind;
  readonly count: number;
  readonly requestUnits: number;
}

/** Counts the operations that were carried out or refused by the data (404, 409, 412): what an account is charged for. */
export class Ledger {
  readonly #counts = new Map<string, { container: string; kind: OperationKind; count: number }>();

  /** @returns the request units charged. */
  enter({ container, kind }: Operation): number {
    const name = `${kind} ${container}`;
    const line = this.#counts.get(name) ?? { container, kind, count: 0 };
    line.count += 1;
    this.#counts.set(name, line);
    return REQUEST_UNITS[kind];
  }

  /** One line for each container and kind of operation that occurred since the last reset. */
  lines(): LedgerLine[] {
    return [...this.#counts.values()].map((line) => ({ ...line, requestUnits: line.count * REQUEST_UNITS[line.kind] }));
  }

  /** The request units of all lines together. */
  get requestUnits(): number {
    return this.lines().reduce((sum, line) => sum + line.requestUnits, 0);
  }

  reset(): void {
    this.#counts.clear();
  }
}
