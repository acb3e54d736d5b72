import { prefilteredView } from "./containers.ts";
import type { Container, Item, Json, JsonObject, QuerySpec, StoredResource } from "./embedded-server.ts";
import { partitionKeyPathOf } from "./partition-key.ts";
import { rangeIdOf } from "./partition-key-ranges.ts";
import { valueAt } from "./query-ast.ts";
import {
  createQueryPlan,
  parseFeatures,
  parseRewrittenQuery,
  type QueryFeatures,
  type QueryPlan,
} from "./query-plan.ts";
import type { CosmosRequest } from "./request.ts";
import { type CosmosResponse, errorResponse, ownerNotFound } from "./response.ts";

/** The query text and parameters in a request's body. */
export const querySpecOf = ({ body }: CosmosRequest): QuerySpec => JSON.parse(body.toString());

export const queryFeatures = ({ query, parameters = [] }: QuerySpec, { documents }: Container): QueryFeatures => {
  const values = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
  return parseFeatures(documents._getQuery(query).ast.body, values);
};

export const queryPlan = (container: Container, request: CosmosRequest): QueryPlan => {
  const spec = querySpecOf(request);
  return createQueryPlan(spec.query, queryFeatures(spec, container));
};

/** The id of the partition key range that a request is limited to; undefined for all ranges. */
export const requestedRangeId = ({ headers }: CosmosRequest): string | undefined =>
  headers["x-ms-documentdb-partitionkeyrangeid"];

export interface QueryOptions {
  /** The documents to query. */
  readonly items: Iterable<Item>;
  /** Number of partition key ranges of the container. */
  readonly rangeCount: number;
}

/** Responds with one page of a query's rows: of all partition key ranges, or of the one that the request names. */
export const executeQuery = (container: Container, request: CosmosRequest, options: QueryOptions): CosmosResponse => {
  const { query: sentQuery, parameters = [] } = querySpecOf(request);
  const { query, isRewritten } = parseRewrittenQuery(sentQuery);
  const spec = { query, parameters };
  const { documents } = container;
  const view = prefilteredView(spec, documents, itemsInRange(container, requestedRangeId(request), options));
  const page = runQuery(() => documents.query.call(view, spec, pagingOf(request)));
  if ("status" in page) return page;
  const { sortKeys } = queryFeatures(spec, container);
  const rows = isRewritten ? page.result.map((row) => withSortKeys(row as StoredResource, sortKeys)) : page.result;
  return {
    status: 200,
    headers: {
      "x-ms-item-count": String(rows.length),
      ...(page.continuation && { "x-ms-continuation": JSON.stringify(page.continuation) }),
    },
    body: { Documents: rows, _count: rows.length },
  };
};

const itemsInRange = (
  container: Container,
  rangeId: string | undefined,
  { items, rangeCount }: QueryOptions,
): Iterable<Item> => {
  if (rangeId === undefined || rangeCount === 1) return items;
  const path = partitionKeyPathOf(container);
  return [...items].filter((item) => {
    const document = item.read();
    return document !== undefined && rangeIdOf(valueAt(document, path), rangeCount) === rangeId;
  });
};

const pagingOf = ({ headers }: CosmosRequest) => ({
  maxItemCount: Number(headers["x-ms-max-item-count"]) || null,
  continuation: JSON.parse(headers["x-ms-continuation"] ?? "null"),
});

type QueryPage = NonNullable<ReturnType<Container["documents"]["query"]>>;

/** The engine throws a `badRequest` for an invalid query, such as a sort without a matching composite index. */
const runQuery = (run: () => QueryPage | null): QueryPage | CosmosResponse => {
  try {
    return run() ?? ownerNotFound();
  } catch (error) {
    if (error instanceof Error && "badRequest" in error) return errorResponse(400, error.message);
    throw error;
  }
};

/** A row in the form that the client merges with rows of other partitions. */
const withSortKeys = (row: StoredResource, sortKeys: QueryFeatures["sortKeys"]): Json => ({
  _rid: row._rid,
  orderByItems: sortKeys.map(({ path }): JsonObject => {
    const item = valueAt(row, path);
    return item === undefined ? {} : { item };
  }),
  payload: row,
});
