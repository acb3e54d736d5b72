import { partitionKeyPathOf, prefilteredView } from "./containers.ts";
import type { Container, Item, Json, JsonObject, QuerySpec, StoredResource } from "./embedded-server.ts";
import { valueAt } from "./equality-filter.ts";
import { rangeIdOf } from "./partition-key-ranges.ts";
import {
  createQueryPlan,
  parseFeatures,
  parseRewrittenQuery,
  type QueryFeatures,
  type QueryPlan,
} from "./query-plan.ts";
import type { CosmosRequest } from "./request.ts";
import { type CosmosResponse, errorResponse } from "./response.ts";

/** The text and the parameters of a query, as the request has them. */
export const querySpecOf = ({ body }: CosmosRequest): QuerySpec => JSON.parse(body.toString());

/** What the query of a request asks for. */
export const queryFeatures = (text: QuerySpec, { documents }: Container): QueryFeatures => {
  const parameters = Object.fromEntries((text.parameters ?? []).map(({ name, value }) => [name, value]));
  return parseFeatures(documents._getQuery(text.query).ast.body, parameters);
};

/** How the client is to carry out the query of a request. */
export const queryPlan = (container: Container, request: CosmosRequest): QueryPlan => {
  const text = querySpecOf(request);
  return createQueryPlan(text.query, queryFeatures(text, container));
};

/** Which partition's documents a request is about; undefined for all. */
export const requestedRangeId = ({ headers }: CosmosRequest): string | undefined =>
  headers["x-ms-documentdb-partitionkeyrangeid"];

/**
 * Answers a query with one page of its rows.
 * @param items - the documents to look at.
 * @param rangeCount - physical partitions of the container; a request for one of them gets its rows only.
 */
export const executeQuery = (
  container: Container,
  items: Iterable<Item>,
  request: CosmosRequest,
  rangeCount: number,
): CosmosResponse => {
  const { query: marked, parameters = [] } = querySpecOf(request);
  const { query: plain, mergeable } = parseRewrittenQuery(marked);
  const text = { query: plain, parameters };
  const { documents } = container;
  const view = prefilteredView(text, documents, itemsInRange(items, container, requestedRangeId(request), rangeCount));
  const page = runQuery(() => documents.query.call(view, text, pagingOf(request)));
  if ("status" in page) return page;
  const { sortKeys } = queryFeatures(text, container);
  const rows = mergeable ? page.result.map((row) => withSortKeys(row as StoredResource, sortKeys)) : page.result;
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
  items: Iterable<Item>,
  container: Container,
  rangeId: string | undefined,
  rangeCount: number,
): Item[] => {
  const path = partitionKeyPathOf(container);
  const isHere = (document: StoredResource | undefined) =>
    document !== undefined && rangeIdOf(valueAt(document, path), rangeCount) === rangeId;
  return [...items].filter((item) => rangeId === undefined || rangeCount === 1 || isHere(item.read()));
};

const pagingOf = ({ headers }: CosmosRequest) => ({
  maxItemCount: Number(headers["x-ms-max-item-count"]) || null,
  continuation: JSON.parse(headers["x-ms-continuation"] ?? "null"),
});

type QueryPage = NonNullable<ReturnType<Container["documents"]["query"]>>;

/** What the engine cannot do for a query, such as a sort without its index, is the query's fault. */
const runQuery = (run: () => QueryPage | null): QueryPage | CosmosResponse => {
  try {
    return run() ?? errorResponse(404, "NotFound", "Owner resource does not exist");
  } catch (error) {
    if (error instanceof Error && "badRequest" in error) return errorResponse(400, "BadRequest", error.message);
    throw error;
  }
};

/** A row as a client merges it with those of other partitions. */
const withSortKeys = (row: StoredResource, sortKeys: QueryFeatures["sortKeys"]): Json => ({
  _rid: row._rid,
  orderByItems: sortKeys.map(({ path }): JsonObject => {
    const item = valueAt(row, path);
    return item === undefined ? {} : { item };
  }),
  payload: row,
});
