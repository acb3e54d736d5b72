import type { Container, Json, StoredResource } from "./embedded-server.ts";
import { findDocument, partitionKeyPathOf } from "./partition-key.ts";
import { valueAt } from "./query-ast.ts";

/** The value of a time to live that lets nothing expire. Source: "Time to Live (TTL) in Azure Cosmos DB". */
const NEVER = -1;
const MAX_SECONDS = 2 ** 31 - 1;

/** Whether a time to live, of a container or of a document, is one that Cosmos DB accepts. */
export const isTimeToLive = (value: unknown): boolean =>
  value === NEVER || (Number.isInteger(value) && Number(value) > 0 && Number(value) <= MAX_SECONDS);

interface Expiry {
  readonly id: string;
  readonly partitionKey: Json;
  readonly expiresAtSeconds: number;
}

/** The documents of a container that expire: those with a time to live, which counts from their last write. */
export class Expiries {
  readonly #container: Container;
  readonly #byRid = new Map<string, Expiry>();

  constructor(container: Container) {
    this.#container = container;
  }

  recordWrite(written: StoredResource): void {
    const seconds = this.#secondsToLive(written);
    if (seconds === undefined) {
      this.#byRid.delete(written._rid);
      return;
    }
    this.#byRid.set(written._rid, {
      id: written.id,
      partitionKey: (valueAt(written, partitionKeyPathOf(this.#container)) ?? {}) as Json,
      expiresAtSeconds: written._ts + seconds,
    });
  }

  /** Removes the documents whose time is over. */
  removeExpired(nowSeconds: number): void {
    for (const [rid, { id, partitionKey, expiresAtSeconds }] of this.#byRid) {
      if (expiresAtSeconds > nowSeconds) continue;
      this.#byRid.delete(rid);
      // A client may have deleted it, and created another one with its id.
      if (findDocument(this.#container, id, partitionKey)?._rid !== rid) continue;
      this.#container.documents.delete(rid, partitionKey);
    }
  }

  /** A document's own time to live counts only in a container that has a default. */
  #secondsToLive({ ttl }: StoredResource): number | undefined {
    const containerDefault = this.#container.read()?.defaultTtl;
    if (containerDefault === undefined) return undefined;
    const seconds = typeof ttl === "number" ? ttl : containerDefault;
    return seconds === NEVER ? undefined : seconds;
  }
}
