import type { Container } from "./embedded-server.ts";
import { equalityPredicates } from "./equality-filter.ts";
import { isTimeToLive } from "./expiries.ts";
import type { Operation, OperationKind } from "./operation.ts";
import { belongsToPartition, isUndefinedPartitionKey, partitionKeyPathOf } from "./partition-key.ts";
import { queryFeatures, queryPlan, querySpecOf, requestedRangeId } from "./query.ts";
import { needsClientMerge } from "./query-plan.ts";
import { type CosmosRequest, partitionKeyOf } from "./request.ts";
import { type CosmosResponse, errorResponse, ownerNotFound } from "./response.ts";

/** Largest document, in bytes. Source: "Azure Cosmos DB service quotas". */
const MAX_DOCUMENT_BYTES = 2 * 1024 * 1024;

/**
 * Validates an operation before it is executed. Requests that the embedded server would silently handle differently
 * from Cosmos DB are rejected with 400 and a message that names the alternative.
 * @returns the error response; undefined for a valid operation.
 */
export const validateOperation = (
  request: CosmosRequest,
  operation: Operation,
  container: Container | undefined,
): CosmosResponse | undefined => {
  if (!container) return ownerNotFound({ "x-ms-substatus": "1003" });
  if (request.body.length > MAX_DOCUMENT_BYTES) return errorResponse(413, "Request size is too large");
  const feature =
    unsupportedHeader(request) ??
    unsupportedPartitionKey(request, operation, container) ??
    unsupportedIdChange(request, operation);
  if (feature !== undefined) return unsupported(feature);
  return (
    partitionKeyError(request, operation, container) ??
    timeToLiveError(request, operation) ??
    crossPartitionError(request, operation, container)
  );
};

/** The operations whose body is a document. */
const WRITES: ReadonlySet<OperationKind> = new Set(["create", "replace", "upsert"]);

/** Every operation on a document names its partition, and a document has the partition key of its request. */
const partitionKeyError = (
  request: CosmosRequest,
  { kind }: Operation,
  container: Container,
): CosmosResponse | undefined => {
  if (kind === "query") return undefined;
  const [partitionKey] = partitionKeyOf(request);
  if (partitionKey === undefined) {
    return errorResponse(
      400,
      "The partition key supplied in x-ms-partitionkey header has fewer components than defined.",
    );
  }
  if (!WRITES.has(kind)) return undefined;
  if (belongsToPartition(JSON.parse(request.body.toString()), container, partitionKey)) return undefined;
  const message = "PartitionKey extracted from document doesn't match the one specified in the header";
  return errorResponse(400, message, { "x-ms-substatus": "1001" });
};

/** A document's time to live is checked even in a container without a default, where it has no effect. */
const timeToLiveError = ({ body }: CosmosRequest, { kind }: Operation): CosmosResponse | undefined => {
  if (!WRITES.has(kind)) return undefined;
  const { ttl } = JSON.parse(body.toString());
  return ttl === undefined || isTimeToLive(ttl) ? undefined : invalidTimeToLive(ttl);
};

const invalidTimeToLive = (value: unknown): CosmosResponse =>
  errorResponse(
    400,
    `The input ttl '${value}' is invalid. Ensure to provide a nonzero positive integer less than or equal to '2147483647', or '-1' which means never expire.`,
  );

/**
 * The gateway does not execute a cross-partition query whose results have to be merged: it responds with the query plan
 * and leaves the execution to the client.
 */
const crossPartitionError = (
  request: CosmosRequest,
  { kind }: Operation,
  container: Container,
): CosmosResponse | undefined => {
  const isCrossPartition = partitionKeyOf(request).length === 0 && requestedRangeId(request) === undefined;
  if (kind !== "query" || request.method !== "POST" || !isCrossPartition) return undefined;
  const features = queryFeatures(querySpecOf(request), container);
  if (!needsClientMerge(features)) return undefined;
  if (!features.isSelectAll) return unsupported("merging projections or aggregates in the client. Use SELECT *.");
  const message = "The provided cross partition query can not be directly served by the gateway.";
  const { status, headers, body } = errorResponse(400, message, { "x-ms-substatus": "1004" });
  const additionalErrorInfo = JSON.stringify(queryPlan(container, request));
  return { status, headers, body: { ...(body as object), additionalErrorInfo } };
};

/**
 * Validates a container definition.
 * @returns the error response; undefined for a valid definition or a request that defines no container.
 */
export const validateDefinition = ({ method, path, headers, body }: CosmosRequest): CosmosResponse | undefined => {
  if (path[2] !== "colls" || path.length > 4) return undefined;
  if (method === "PUT") {
    return unsupported("replacing a container, because its documents would be lost. Delete and create it.");
  }
  if (method !== "POST" || path.length !== 3 || headers["x-ms-documentdb-isquery"]) return undefined;
  const { partitionKey, uniqueKeyPolicy, defaultTtl }: ContainerDefinition = JSON.parse(body.toString());
  if (partitionKey && partitionKey.paths?.length !== 1) {
    return unsupported("hierarchical partition keys. Use one path.");
  }
  if (uniqueKeyPolicy?.uniqueKeys?.some(({ paths }) => paths.length !== 1)) {
    return unsupported("unique keys with several paths. Build the id from the values that must be unique.");
  }
  return defaultTtl === undefined || isTimeToLive(defaultTtl) ? undefined : invalidTimeToLive(defaultTtl);
};

interface ContainerDefinition {
  readonly partitionKey?: { readonly paths?: readonly string[] };
  readonly uniqueKeyPolicy?: { readonly uniqueKeys?: readonly { readonly paths: readonly string[] }[] };
  readonly defaultTtl?: number;
}

/** @param feature - the unsupported feature, followed by a sentence that names the alternative. */
const unsupported = (feature: string): CosmosResponse =>
  errorResponse(400, `The twin's Cosmos DB does not support ${feature}`);

const UNSUPPORTED_HEADERS: Readonly<Record<string, string>> = {
  "x-ms-cosmos-is-batch-request": "batch and bulk requests. Send one request for each document.",
  "if-none-match": "If-None-Match. To insert, create and handle 409; to read, omit the condition.",
  "a-im": "the change feed. Publish changes as messages.",
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
  if (request.method === "POST" && filtersByPartitionKey(request, container, partitionKey)) return undefined;
  const property = ["c", ...partitionKeyPathOf(container)].join(".");
  return `queries limited to a partition by the option alone. Add ${property} = <partition key> to the WHERE clause.`;
};

const filtersByPartitionKey = (request: CosmosRequest, container: Container, partitionKey: unknown): boolean => {
  const { query, parameters } = querySpecOf(request);
  const keyPath = partitionKeyPathOf(container).join("/");
  const predicates = equalityPredicates(container.documents._getQuery(query).ast.body, parameters);
  return predicates.some(({ path, value }) => value === partitionKey && path.join("/") === keyPath);
};

const unsupportedIdChange = ({ body }: CosmosRequest, { kind, id }: Operation): string | undefined =>
  kind === "replace" && JSON.parse(body.toString()).id !== id
    ? "changing the id of a document. Create another one."
    : undefined;
