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

/** A query; with a `partition`, the text of it has to name the partition key as well. */
export interface Query extends Freshness {
  readonly text: string;
  readonly parameters?: Readonly<Record<string, JSONValue>>;
  readonly partition?: string;
}

/** A sorted list that is read page by page. It needs a composite index of its sort key and the id, in its order. */
export interface List extends Pick<Query, "parameters" | "partition"> {
  /** A condition; all documents of the container without it. */
  readonly where?: string;
  /** A member of each document, a string. */
  readonly sortedBy: string;
  readonly order: "ASC" | "DESC";
}

const etagSchema = z.object({ _etag: z.string() });
const etagOf = (resource: unknown): string => etagSchema.parse(resource)._etag;
const idSchema = z.object({ id: z.string() });

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
    const answer = await request(
      `read from ${this.#kind.container}`,
      () => container.item(id, partition).read(consistencyOf(freshness)),
      { [NOT_FOUND]: undefined },
    );
    return answer?.resource === undefined ? undefined : this.#stored(answer.resource);
  }

  async create(value: T): Promise<Stored<T> | "exists"> {
    const container = await this.#containers(this.#kind.container);
    const answer = await request(
      `create in ${this.#kind.container}`,
      () => container.items.create(this.#kind.toDocument(value)),
      { [CONFLICT]: "exists" as const },
    );
    return answer === "exists" ? answer : { value, etag: etagOf(answer.resource) };
  }

  async replace(stored: Stored<T>, next: T): Promise<Stored<T> | "stale"> {
    const container = await this.#containers(this.#kind.container);
    const document = this.#kind.toDocument(next);
    const answer = await request(
      `replace in ${this.#kind.container}`,
      () =>
        container.item(document.id, this.#partitionOf(document)).replace(document, {
          accessCondition: { type: "IfMatch", condition: stored.etag },
        }),
      { [PRECONDITION_FAILED]: "stale" as const, [NOT_FOUND]: "stale" as const },
    );
    return answer === "stale" ? answer : { value: next, etag: etagOf(answer.resource) };
  }

  async upsert(value: T): Promise<Stored<T>> {
    const container = await this.#containers(this.#kind.container);
    const { resource } = await request(`write to ${this.#kind.container}`, () =>
      container.items.upsert(this.#kind.toDocument(value)),
    );
    return { value, etag: etagOf(resource) };
  }

  /** Deletes a document that nobody has changed since it was read. */
  async delete({ value, etag }: Stored<T>): Promise<"deleted" | "stale"> {
    const container = await this.#containers(this.#kind.container);
    const document = this.#kind.toDocument(value);
    const item = container.item(document.id, this.#partitionOf(document));
    const answer = await request(
      `delete from ${this.#kind.container}`,
      () => item.delete({ accessCondition: { type: "IfMatch", condition: etag } }),
      { [PRECONDITION_FAILED]: "stale" as const, [NOT_FOUND]: "stale" as const },
    );
    return answer === "stale" ? answer : "deleted";
  }

  /**
   * Changes parts of a document in one step.
   * @param condition - what must hold for it, as `from c where ...`.
   */
  async patch(
    id: string,
    partition: string,
    operations: PatchOperation[],
    condition?: string,
  ): Promise<T | "refused" | "not-found"> {
    const container = await this.#containers(this.#kind.container);
    const answer = await request(
      `patch in ${this.#kind.container}`,
      () => container.item(id, partition).patch({ operations, ...(condition !== undefined && { condition }) }),
      { [PRECONDITION_FAILED]: "refused" as const, [NOT_FOUND]: "not-found" as const },
    );
    return typeof answer === "string" ? answer : this.#kind.fromDocument(answer.resource);
  }

  /** All that a query finds; what cannot be read is left out. */
  async query(query: Query): Promise<readonly T[]> {
    const found: T[] = [];
    for await (const page of this.pages(query)) found.push(...page.map(({ value }) => value));
    return found;
  }

  /** What a query finds, in pages of at most 100 that are fetched as they are asked for; as above. */
  async *pages(query: Query): AsyncGenerator<readonly Stored<T>[]> {
    const container = await this.#containers(this.#kind.container);
    const results = container.items.query(specOf(query), optionsOf(query));
    while (results.hasMoreResults()) {
      const { resources } = await request(`query ${this.#kind.container}`, () => results.fetchNext());
      // The SDK answers nothing at all, and no empty list, when it has gathered and sorted the partitions itself.
      const found: readonly unknown[] = resources ?? [];
      if (found.length > 0) yield found.flatMap((resource) => this.#readable(resource) ?? []);
    }
  }

  /**
   * One page of a list; a document that cannot be read is left out. The next page begins at a place of our own making,
   * because the service gives no token for a list that is sorted over all partitions.
   */
  async page(
    { where = "true", sortedBy, order, parameters = {}, partition }: List,
    { limit, after }: PageRequest,
  ): Promise<Page<T>> {
    const [key, behind] = [`c.${sortedBy}`, order === "ASC" ? ">" : "<"];
    const rest = after ? `AND (${key} ${behind} @afterKey OR (${key} = @afterKey AND c.id ${behind} @afterId))` : "";
    const found = await this.resources({
      // The client cannot merge sort keys of several types: one that is no string would fail the whole list.
      text: `SELECT TOP @count * FROM c WHERE ${where} AND IS_STRING(${key}) ${rest}
             ORDER BY ${key} ${order}, c.id ${order}`,
      parameters: { ...parameters, ...(after && { afterKey: after.key, afterId: after.id }), count: limit + 1 },
      ...(partition !== undefined && { partition }),
    });
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.flatMap((resource) => this.#readable(resource)?.value ?? []),
      ...(last !== undefined && found.length > limit && { next: positionOf(last, sortedBy) }),
    };
  }

  /** The documents that a query finds, unread: for a query over several kinds. */
  async resources(query: Query): Promise<readonly unknown[]> {
    const container = await this.#containers(this.#kind.container);
    const { resources } = await request(`query ${this.#kind.container}`, () =>
      container.items.query(specOf(query), optionsOf(query)).fetchAll(),
    );
    return resources;
  }

  #stored(resource: unknown): Stored<T> {
    return { value: this.#kind.fromDocument(resource), etag: etagOf(resource) };
  }

  /** Skips unreadable documents, so that one of them cannot break a list. */
  #readable(resource: unknown): Stored<T> | undefined {
    try {
      return this.#stored(resource);
    } catch (cause) {
      if (!(cause instanceof UnreadableDocumentError)) throw cause;
      console.error(`${cause.message}; it is left out of a list`);
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
  // A sorted query over all partitions is for the client to merge: without this the service is asked in vain first.
  ...(partition === undefined ? { forceQueryPlan: text.includes("ORDER BY") } : { partitionKey: partition }),
});

const positionOf = (resource: unknown, sortedBy: string): Position =>
  positionSchema.parse({
    key: z.record(z.string(), z.unknown()).parse(resource)[sortedBy],
    id: idSchema.parse(resource).id,
  });
