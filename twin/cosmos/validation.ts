import { partitionKeyPathOf } from "./containers.ts";
import type { Container } from "./embedded-server.ts";
import { equalityPredicates } from "./equality-filter.ts";
import type { Operation } from "./operation.ts";
import { queryFeatures, queryPlan, querySpecOf, requestedRangeId } from "./query.ts";
import { needsClientMerge } from "./query-plan.ts";
import { type CosmosRequest, partitionKeyOf } from "./request.ts";
import { type CosmosResponse, errorResponse } from "./response.ts";

/** The size of the largest document, in bytes. Source: "Azure Cosmos DB service quotas". */
const MAX_REQUEST_BYTES = 2 * 1024 * 1024;

/**
 * Why an operation is refused before it reaches the data; undefined when it is not. What the server under it would
 * silently do otherwise than Cosmos DB is refused with status 400 and what to do instead.
 */
export const validateOperation = (
  request: CosmosRequest,
  operation: Operation,
  container: Container | undefined,
): CosmosResponse | undefined => {
  if (!container) return errorResponse(404, "NotFound", "Owner resource does not exist", { "x-ms-substatus": "1003" });
  if (request.body.length > MAX_REQUEST_BYTES) {
    return errorResponse(413, "RequestEntityTooLarge", "Request size is too large");
  }
  const reason =
    unsupportedHeader(request) ??
    unsupportedPartitionKey(request, operation, container) ??
    unsupportedIdChange(request, operation);
  return reason === undefined ? crossPartitionError(request, operation, container) : unsupported(reason);
};

/**
 * The gateway answers no query over all partitions whose rows have to be put together: it gives the client the plan to
 * do so itself.
 */
const crossPartitionError = (
  request: CosmosRequest,
  { kind }: Operation,
  container: Container,
): CosmosResponse | undefined => {
  const isOfAll = partitionKeyOf(request).length === 0 && requestedRangeId(request) === undefined;
  if (kind !== "query" || request.method !== "POST" || !isOfAll) return undefined;
  const shape = queryFeatures(querySpecOf(request), container);
  if (!needsClientMerge(shape)) return undefined;
  if (!shape.selectsAll) return unsupported("other than SELECT * where the client merges. Read whole documents.");
  const message = "The provided cross partition query can not be directly served by the gateway.";
  const { status, headers, body } = errorResponse(400, "BadRequest", message, { "x-ms-substatus": "1004" });
  const plan = JSON.stringify(queryPlan(container, request));
  return { status, headers, body: { ...(body as object), additionalErrorInfo: plan } };
};

/** Why a container's definition is refused; undefined when it is not, or when the request defines no container. */
export const validateDefinition = ({ method, path, headers, body }: CosmosRequest): CosmosResponse | undefined => {
  if (path[2] !== "colls" || path.length > 4) return undefined;
  if (method === "PUT") return unsupported("replacing a container would empty it. Delete and create it.");
  if (method !== "POST" || path.length !== 3 || headers["x-ms-documentdb-isquery"]) return undefined;
  const { partitionKey, uniqueKeyPolicy, defaultTtl }: ContainerDefinition = JSON.parse(body.toString());
  if (partitionKey && partitionKey.paths?.length !== 1) {
    return unsupported("hierarchical partition keys. Use one path.");
  }
  if (uniqueKeyPolicy?.uniqueKeys?.some(({ paths }) => paths.length !== 1)) {
    return unsupported("unique keys of several paths. Make the id of the values that must be unique.");
  }
  if (defaultTtl !== undefined) return unsupported("time to live. Store a time, and filter by it.");
  return undefined;
};

interface ContainerDefinition {
  readonly partitionKey?: { readonly paths?: readonly string[] };
  readonly uniqueKeyPolicy?: { readonly uniqueKeys?: readonly { readonly paths: readonly string[] }[] };
  readonly defaultTtl?: number;
}

const unsupported = (what: string): CosmosResponse =>
  errorResponse(400, "BadRequest", `The twin's Cosmos DB does not do this: ${what}`);

const UNSUPPORTED_HEADERS: Readonly<Record<string, string>> = {
  "x-ms-cosmos-is-batch-request": "batches and bulk. Make one request a document.",
  "if-none-match": "conditions by If-None-Match. Create, and take 409 for an answer; or read without it.",
  "a-im": "the change feed. Publish what others must know.",
};

const unsupportedHeader = ({ headers }: CosmosRequest): string | undefined => {
  const header = Object.keys(UNSUPPORTED_HEADERS).find((name) => headers[name] !== undefined);
  return header && UNSUPPORTED_HEADERS[header];
};

const unsupportedPartitionKey = (
  request: CosmosRequest,
  { kind }: Operation,
  container: Container,
): string | undefined => {
  const [partitionKey, ...more] = partitionKeyOf(request);
  if (more.length > 0) return "hierarchical partition keys. Use one value.";
  if (kind !== "query" || partitionKey === undefined || isUndefinedPartitionKey(partitionKey)) return undefined;
  const path = partitionKeyPathOf(container);
  return request.method === "POST" && filtersBy(path, partitionKey, request, container)
    ? undefined
    : `queries of one partition by the option alone. AND the WHERE clause with c.${path.join(".")} = its value.`;
};

/** Cosmos DB writes a partition key without a value as `{}`. */
const isUndefinedPartitionKey = (value: unknown): boolean => typeof value === "object" && value !== null;

const filtersBy = (
  path: readonly string[],
  value: unknown,
  request: CosmosRequest,
  { documents }: Container,
): boolean => {
  const { query, parameters } = querySpecOf(request);
  const equalities = equalityPredicates(documents._getQuery(query).ast.body, parameters);
  return equalities.some((equality) => equality.value === value && equality.path.join("/") === path.join("/"));
};

const unsupportedIdChange = ({ body }: CosmosRequest, { kind, id }: Operation): string | undefined =>
  kind === "replace" && JSON.parse(body.toString()).id !== id ? "changing an id. Create another document." : undefined;
