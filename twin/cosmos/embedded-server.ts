/*
 * The parts of `@vercel/cosmosdb-server` that the twin is built on: storage, query engine and request handlers. Its
 * HTTP server is not used, because it loses all data on stop, closes every connection after one response and writes to
 * the console. None of this is public API of the package, so package.json pins its exact version.
 */

import { createRequire } from "node:module";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A stored document, container or database, with its system properties. */
export interface StoredResource extends JsonObject {
  id: string;
  _rid: string;
  _etag: string;
  _ts: number;
}

export interface Item<T = StoredResource> {
  /** @returns undefined when there is no such item. */
  read(): T | undefined;
}

export interface QueryParameter {
  readonly name: string;
  readonly value: Json;
}

export interface QuerySpec {
  readonly query: string;
  readonly parameters?: readonly QueryParameter[];
}

/** A parsed query. `ast` is the syntax tree of `@zeit/cosmosdb-query`, which has no types. */
export interface Query {
  readonly ast: { readonly body: unknown };
  exec(rows: readonly StoredResource[], options: { parameters?: readonly QueryParameter[] }): { result: Json[] };
}

interface Paging {
  readonly maxItemCount: number | null;
  readonly continuation?: Json;
}

interface Collection {
  create(data: JsonObject): StoredResource;
}

export interface Documents extends Collection {
  _data: ReadonlyMap<string, Item> | readonly Item[];
  _getQuery(sql: string): Query;
  _set(data: StoredResource): StoredResource;
  delete(idOrRid: string, partitionKey: Json): void;
  query(text: QuerySpec, paging: Paging): { result: Json[]; continuation: Json } | null;
}

export interface Container extends Item<StoredResource & { partitionKey?: { paths: string[] }; defaultTtl?: number }> {
  readonly documents: Documents;
  document(id: string, partitionKey: Json): Item;
}

export interface Account extends Item<JsonObject> {
  readonly databases: Collection;
  database(id: string): { readonly collections: Collection; collection(id: string): Container };
}

export interface PatchOperation {
  readonly op: "add" | "set" | "replace" | "remove" | "incr" | "move";
  readonly path: string;
  readonly value?: Json;
  readonly from?: string;
}

export interface PatchInput {
  readonly id: string;
  /** The value of the partition key header: a JSON array. */
  readonly partitionKey: string;
  readonly ifMatch: string | undefined;
  readonly operations: readonly PatchOperation[];
}

/** The part of an incoming HTTP message that handlers read: the body as a stream, with these properties. */
export interface HandlerRequest extends NodeJS.ReadableStream {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface HandlerResponse {
  statusCode: number;
  setHeader(name: string, value: string): void;
}

type Handler = (
  ...args: [
    account: Account,
    request: HandlerRequest,
    response: HandlerResponse,
    parameters: Readonly<Record<string, string>>,
  ]
) => Promise<unknown> | unknown;

const require = createRequire(import.meta.url);
const requireInternal = (path: string): unknown => require(`@vercel/cosmosdb-server/lib/${path}`);

const { default: AccountClass } = requireInternal("account/index.js") as {
  default: new (host: string, port: number) => Account;
};

/** Creates an empty account. The address appears in its account document only, which the twin replaces. */
export const createAccount = (): Account => new AccountClass("127.0.0.1", 0);

/** Finds the handler for a request's method, path and headers. */
export const { default: route } = requireInternal("routes.js") as {
  default: (request: HandlerRequest) => [Readonly<Record<string, string>>, Handler] | undefined;
};

/** Patches a document atomically. */
export const { patchOperation } = requireInternal("handler/_patch-operations.js") as {
  patchOperation: (container: Container, input: PatchInput) => { statusCode: number; body: JsonObject };
};
