import type { CosmosRequest } from "./request.ts";

export type OperationKind = "read" | "query" | "create" | "replace" | "upsert" | "patch" | "delete";

/** An operation on the documents of a container. */
export interface Operation {
  readonly kind: OperationKind;
  readonly database: string;
  readonly container: string;
  /** The document's id; undefined for queries, creates and upserts, whose paths have none. */
  readonly id: string | undefined;
}

/** The document operation of a request; undefined for requests on the account, a database or a container. */
export const operationOf = (request: CosmosRequest): Operation | undefined => {
  const { method, path, headers } = request;
  const [dbs, database, colls, container, docs, id] = path;
  if (dbs !== "dbs" || colls !== "colls" || docs !== "docs" || !database || !container) return undefined;
  if (isQueryPlanRequest(request)) return undefined;
  const kind = id === undefined ? kindOnContainer(method, headers) : KINDS_ON_DOCUMENT[method];
  return kind && { kind, database, container, id };
};

const KINDS_ON_DOCUMENT: Readonly<Record<string, OperationKind>> = {
  GET: "read",
  PUT: "replace",
  PATCH: "patch",
  DELETE: "delete",
};

/** Whether the request is for a query plan, which the SDK fetches before a cross-partition query. */
export const isQueryPlanRequest = ({ headers }: CosmosRequest): boolean =>
  isTrue(headers["x-ms-cosmos-is-query-plan-request"]);

const kindOnContainer = (method: string, headers: CosmosRequest["headers"]): OperationKind | undefined => {
  if (method === "GET") return "query"; // the feed of all documents
  if (method !== "POST") return undefined;
  if (isQuery(headers)) return "query";
  return isTrue(headers["x-ms-documentdb-is-upsert"]) ? "upsert" : "create";
};

const isQuery = (headers: CosmosRequest["headers"]): boolean =>
  isTrue(headers["x-ms-documentdb-isquery"]) || headers["content-type"] === "application/query+json";

const isTrue = (header: string | undefined): boolean => header?.toLowerCase() === "true";
