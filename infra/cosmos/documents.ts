import type { FeedOptions, JSONValue, PatchOperation, SqlQuerySpec } from "@azure/cosmos";
import * as z from "zod";
import {
  type Freshness,
  type Page,
  type PageRequest,
  type Position,
  positionSchema,
  type Stored,
} from "../../shared/kernel/stored.ts";
import { CONTAINERS, type Containers, STRONG } from "./cosmos-database.ts";
import { CONFLICT, NOT_FOUND, PRECONDITION_FAILED, request } from "./cosmos-fault.ts";
import { type DocumentKind, type StoredDocument, UnreadableDocumentError } from "./document-kind.ts";

export interface Query extends Freshness {
  readonly text: string;
  /** Values of the text's parameters, by name without "@". */
  readonly parameters?: Readonly<Record<string, JSONValue>>;
  /** The only partition to query. The text must compare the partition key with it too. */
  readonly partition?: string;
}

/** A sorted list that is read page by page. It needs a composite index of its sort key and the id, in its order. */
export interface List extends Pick<Query, "parameters" | "partition"> {
  /** Condition of the query; defaults to all documents of the container. */
  readonly where?: string;
  /** The stored name of the sort key. Documents in which it is not a string are left out. */
  readonly sortedBy: string;
  readonly order: "ASC" | "DESC";
}

/** A change of some members of one document, in one step. */
export interface Patch {
  readonly id: string;
  readonly partition: string;
  readonly operations: PatchOperation[];
  /** Must hold for the document, as `FROM c WHERE ...`. */
  readonly condition?: string;
}

const etagSchema = z.object({ _etag: z.string() });
const etagOf = (resource: unknown): string => etagSchema.parse(resource)._etag;
const idSchema = z.object({ id: z.string() });

/** Results of a conditional write that came too late. */
const GONE_OR_CHANGED = { [PRECONDITION_FAILED]: "stale", [NOT_FOUND]: "stale" } as const;

/**
 * Documents of one kind. A refusal that depends on the document (it exists already, it has changed) is a value; a
 * failure of the service is a `TransientError`.
 */
export class Documents<T> {
  readonly #containers: Containers;
  readonly #kind: DocumentKind<T>;

  constructor(containers: Containers, kind: DocumentKind<T>) {
    this.#containers = containers;
    this.#kind = kind;
  }

  async read(id: string, partition: string, freshness: Freshness = {}): Promise<Stored<T> | undefined> {
    const container = await this.#containers(this.#kind.container);
    const response = await request(
      { purpose: `read from ${this.#kind.container}`, expected: { [NOT_FOUND]: undefined } },
      () => container.item(id, partition).read(consistencyOf(freshness)),
    );
    return response?.resource === undefined ? undefined : this.#stored(response.resource);
  }

  async create(value: T): Promise<Stored<T> | "exists"> {
    const container = await this.#containers(this.#kind.container);
    const document = this.#kind.toDocument(value);
    const response = await request(
      { purpose: `create in ${this.#kind.container}`, expected: { [CONFLICT]: "exists" as const } },
      () => container.items.create(document),
    );
    return response === "exists" ? response : { value, etag: etagOf(response.resource) };
  }

  async replace(stored: Stored<T>, next: T): Promise<Stored<T> | "stale"> {
    const container = await this.#containers(this.#kind.container);
    const document = this.#kind.toDocument(next);
    const item = container.item(document.id, this.#partitionOf(document));
    const response = await request({ purpose: `replace in ${this.#kind.container}`, expected: GONE_OR_CHANGED }, () =>
      item.replace(document, { accessCondition: { type: "IfMatch", condition: stored.etag } }),
    );
    return response === "stale" ? response : { value: next, etag: etagOf(response.resource) };
  }

  async upsert(value: T): Promise<Stored<T>> {
    const container = await this.#containers(this.#kind.container);
    const document = this.#kind.toDocument(value);
    const { resource } = await request({ purpose: `upsert in ${this.#kind.container}` }, () =>
      container.items.upsert(document),
    );
    return { value, etag: etagOf(resource) };
  }

  /** Deletes a document unless it has changed since it was read. */
  async delete({ value, etag }: Stored<T>): Promise<"deleted" | "stale"> {
    const container = await this.#containers(this.#kind.container);
    const document = this.#kind.toDocument(value);
    const item = container.item(document.id, this.#partitionOf(document));
    const response = await request({ purpose: `delete from ${this.#kind.container}`, expected: GONE_OR_CHANGED }, () =>
      item.delete({ accessCondition: { type: "IfMatch", condition: etag } }),
    );
    return response === "stale" ? response : "deleted";
  }

  /** Deletes a document, whatever its version. One that does not exist is ignored. */
  async remove(id: string, partition: string): Promise<void> {
    const container = await this.#containers(this.#kind.container);
    await request({ purpose: `delete from ${this.#kind.container}`, expected: { [NOT_FOUND]: undefined } }, () =>
      container.item(id, partition).delete(),
    );
  }

  /** @returns the patched value, or `refused` when the condition does not hold. */
  async patch({ id, partition, operations, condition }: Patch): Promise<T | "refused" | "not-found"> {
    const container = await this.#containers(this.#kind.container);
    const response = await request(
      {
        purpose: `patch in ${this.#kind.container}`,
        expected: { [PRECONDITION_FAILED]: "refused" as const, [NOT_FOUND]: "not-found" as const },
      },
      () => container.item(id, partition).patch({ operations, ...(condition !== undefined && { condition }) }),
    );
    return typeof response === "string" ? response : this.#kind.fromDocument(response.resource);
  }

  /** All results of a query. Unreadable documents are logged and left out. */
  async query(query: Query): Promise<readonly T[]> {
    const found: T[] = [];
    for await (const page of this.pages(query)) found.push(...page.map(({ value }) => value));
    return found;
  }

  /** Like `query`, in pages of at most 100, each fetched when the caller reaches it. */
  async *pages(query: Query): AsyncGenerator<readonly Stored<T>[]> {
    const container = await this.#containers(this.#kind.container);
    const results = container.items.query(specOf(query), optionsOf(query));
    while (results.hasMoreResults()) {
      const { resources } = await request({ purpose: `query ${this.#kind.container}` }, () => results.fetchNext());
      // `resources` is undefined, not empty, at the end of a query that the SDK sorts over several partitions.
      const found: readonly unknown[] = resources ?? [];
      if (found.length > 0) yield found.flatMap((resource) => this.#readable(resource) ?? []);
    }
  }

  /**
   * One page of a list. Unreadable documents are logged and left out. The next page starts after the sort key and id of
   * the last document: the service returns no continuation token for a query sorted over several partitions.
   */
  async page(
    { where = "true", sortedBy, order, parameters = {}, partition }: List,
    { limit, after }: PageRequest,
  ): Promise<Page<T>> {
    const [key, follows] = [`c.${sortedBy}`, order === "ASC" ? ">" : "<"];
    const rest = after ? `AND (${key} ${follows} @afterKey OR (${key} = @afterKey AND c.id ${follows} @afterId))` : "";
    const found = await this.resources({
      // The SDK cannot merge sort keys of different types: one that is not a string would fail the whole list.
      text: `SELECT TOP @count * FROM c WHERE ${where} AND IS_STRING(${key}) ${rest}
             ORDER BY ${key} ${order}, c.id ${order}`,
      parameters: { ...parameters, ...(after && { afterKey: after.key, afterId: after.id }), count: limit + 1 },
      ...(partition !== undefined && { partition }),
    });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.flatMap((resource) => this.#readable(resource)?.value ?? []),
      ...(last !== undefined && found.length > limit && { next: positionOf(last, sortedBy) }),
    };
  }

  /** The documents as they are stored, for a query over several kinds. */
  async resources(query: Query): Promise<readonly unknown[]> {
    const container = await this.#containers(this.#kind.container);
    const { resources } = await request({ purpose: `query ${this.#kind.container}` }, () =>
      container.items.query(specOf(query), optionsOf(query)).fetchAll(),
    );
    return resources;
  }

  #stored(resource: unknown): Stored<T> {
    return { value: this.#kind.fromDocument(resource), etag: etagOf(resource) };
  }

  /** Leaves out an unreadable document, so that it does not break a list. */
  #readable(resource: unknown): Stored<T> | undefined {
    try {
      return this.#stored(resource);
    } catch (cause) {
      if (!(cause instanceof UnreadableDocumentError)) throw cause;
      console.error(`skipped unreadable document: ${cause.message}`);
      return undefined;
    }
  }

  #partitionOf(document: StoredDocument): string {
    return z.string().parse(document[CONTAINERS[this.#kind.container].slice("/".length)]);
  }
}

const specOf = ({ text, parameters = {} }: Query): SqlQuerySpec => ({
  query: text,
  parameters: Object.entries(parameters).map(([name, value]) => ({ name: `@${name}`, value })),
});

const consistencyOf = ({ newest }: Freshness) => (newest ? { consistencyLevel: STRONG } : {});

const optionsOf = ({ text, partition, newest }: Query): FeedOptions => ({
  maxItemCount: 100,
  ...consistencyOf({ newest: newest ?? false }),
  // The SDK merges a query sorted over several partitions. Without this, it first makes a request that fails.
  ...(partition === undefined ? { forceQueryPlan: text.includes("ORDER BY") } : { partitionKey: partition }),
});

const positionOf = (resource: unknown, sortedBy: string): Position =>
  positionSchema.parse({
    key: z.record(z.string(), z.unknown()).parse(resource)[sortedBy],
    id: idSchema.parse(resource).id,
  });
