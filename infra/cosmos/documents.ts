import type { JSONValue, PatchOperation, SqlQuerySpec } from "@azure/cosmos";
import * as z from "zod";
import type { Page, PageRequest, Stored } from "../../shared/stored.ts";
import type { ContainerName, Containers } from "./cosmos-database.ts";
import { CONFLICT, NOT_FOUND, PRECONDITION_FAILED, request } from "./cosmos-fault.ts";

/** How one kind of value is kept in a container. */
export interface DocumentKind<T> {
  readonly container: ContainerName;
  /** Reads a stored document; members that it does not know are left out. */
  readonly schema: z.ZodType<T>;
  /** The document, with its id, its partition key and what queries need beside the value. */
  readonly toDocument: (value: T) => { readonly id: string } & Readonly<Record<string, unknown>>;
  readonly partitionOf: (value: T) => string;
}

/** A query; with a `partition`, the text of it has to name the partition key as well. */
export interface Query {
  readonly text: string;
  readonly parameters?: Readonly<Record<string, JSONValue>>;
  readonly partition?: string;
}

const etagSchema = z.object({ _etag: z.string() });

/**
 * Documents of one kind. What the service returns is parsed; what it refuses is a value where the document decides
 * (there already, changed meanwhile), and a `TransientError` where the service does.
 */
export class Documents<T> {
  readonly #containers: Containers;
  readonly #kind: DocumentKind<T>;

  constructor(containers: Containers, kind: DocumentKind<T>) {
    this.#containers = containers;
    this.#kind = kind;
  }

  async read(id: string, partition: string): Promise<Stored<T> | undefined> {
    const container = await this.#containers(this.#kind.container);
    const answer = await request(`read from ${this.#kind.container}`, () => container.item(id, partition).read(), {
      [NOT_FOUND]: undefined,
    });
    return answer?.resource === undefined ? undefined : this.#stored(answer.resource);
  }

  async create(value: T): Promise<"created" | "exists"> {
    const container = await this.#containers(this.#kind.container);
    const answer = await request(
      `create in ${this.#kind.container}`,
      () => container.items.create(this.#kind.toDocument(value)),
      { [CONFLICT]: "exists" as const },
    );
    return answer === "exists" ? answer : "created";
  }

  async replace(stored: Stored<T>, next: T): Promise<"replaced" | "stale"> {
    const container = await this.#containers(this.#kind.container);
    const document = this.#kind.toDocument(next);
    const answer = await request(
      `replace in ${this.#kind.container}`,
      () =>
        container.item(document.id, this.#kind.partitionOf(next)).replace(document, {
          accessCondition: { type: "IfMatch", condition: stored.etag },
        }),
      { [PRECONDITION_FAILED]: "stale" as const, [NOT_FOUND]: "stale" as const },
    );
    return answer === "stale" ? answer : "replaced";
  }

  async upsert(value: T): Promise<void> {
    const container = await this.#containers(this.#kind.container);
    await request(`write to ${this.#kind.container}`, () => container.items.upsert(this.#kind.toDocument(value)));
  }

  async delete(id: string, partition: string): Promise<void> {
    const container = await this.#containers(this.#kind.container);
    await request(`delete from ${this.#kind.container}`, () => container.item(id, partition).delete(), {
      [NOT_FOUND]: undefined,
    });
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
    return typeof answer === "string" ? answer : this.#kind.schema.parse(answer.resource);
  }

  /** All that a query finds. */
  async query(query: Query): Promise<readonly T[]> {
    const found: T[] = [];
    for await (const page of this.pages(query)) found.push(...page.map(({ value }) => value));
    return found;
  }

  /** What a query finds, in pages of at most 100 that are fetched as they are asked for. */
  async *pages(query: Query): AsyncGenerator<readonly Stored<T>[]> {
    const container = await this.#containers(this.#kind.container);
    const results = container.items.query(specOf(query), { maxItemCount: 100, ...partitionOf(query) });
    while (results.hasMoreResults()) {
      const { resources } = await request(`query ${this.#kind.container}`, () => results.fetchNext());
      // The SDK answers nothing at all, and no empty list, when it has gathered and sorted the partitions itself.
      const found: readonly unknown[] = resources ?? [];
      if (found.length > 0) yield found.map((resource) => this.#stored(resource));
    }
  }

  /** One page of what a query finds. */
  async page(query: Query, { limit, continuation }: PageRequest): Promise<Page<T>> {
    const container = await this.#containers(this.#kind.container);
    const results = container.items.query(specOf(query), {
      maxItemCount: limit,
      ...partitionOf(query),
      ...(continuation !== undefined && { continuationToken: fromText(continuation) }),
    });
    const { resources, continuationToken } = await request(`query ${this.#kind.container}`, () => results.fetchNext());
    return {
      items: (resources ?? []).map((resource: unknown) => this.#stored(resource).value),
      ...(continuationToken && { continuation: toText(continuationToken) }),
    };
  }

  #stored(resource: unknown): Stored<T> {
    return { value: this.#kind.schema.parse(resource), etag: etagSchema.parse(resource)._etag };
  }
}

const specOf = ({ text, parameters = {} }: Query): SqlQuerySpec => ({
  query: text,
  parameters: Object.entries(parameters).map(([name, value]) => ({ name: `@${name}`, value })),
});

const partitionOf = ({ partition }: Query) => (partition === undefined ? {} : { partitionKey: partition });

/** A continuation token holds quotes and braces; in a URL it has to be plain. */
const toText = (token: string): string => Buffer.from(token).toString("base64url");
const fromText = (text: string): string => Buffer.from(text, "base64url").toString();
