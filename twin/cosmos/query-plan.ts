import { type AstNode, pathOf } from "./equality-filter.ts";

/**
 * How a client is to carry out a query over several partition ranges, in the form that the SDK reads.
 * Source: the query plan that the gateway answers, as `@azure/cosmos` 4.10 reads it.
 */
export interface QueryPlan {
  readonly partitionedQueryExecutionInfoVersion: 2;
  readonly queryInfo: {
    readonly distinctType: "None";
    readonly top: number | null;
    readonly offset: null;
    readonly limit: null;
    readonly orderBy: readonly ("Ascending" | "Descending")[];
    readonly orderByExpressions: readonly string[];
    readonly groupByExpressions: readonly string[];
    readonly groupByAliases: readonly string[];
    readonly aggregates: readonly string[];
    readonly groupByAliasToAggregateType: Readonly<Record<string, string>>;
    readonly rewrittenQuery: string;
    readonly hasSelectValue: boolean;
    readonly hasNonStreamingOrderBy: false;
  };
  readonly queryRanges: readonly { min: string; max: string; isMinInclusive: boolean; isMaxInclusive: boolean }[];
}

/** What a query asks for beyond a filter of its rows. */
export interface QueryFeatures {
  /** At most so many rows, of all partitions together. */
  readonly top: number | null;
  readonly sortKeys: readonly SortKey[];
  /** A projection or an aggregate; `SELECT *` has none. */
  readonly selectsAll: boolean;
  readonly aggregates: boolean;
}

interface SortKey {
  readonly path: readonly (string | number)[];
  readonly order: "Ascending" | "Descending";
}

const AGGREGATES = ["COUNT", "SUM", "AVG", "MIN", "MAX"];

/** @param body - the body of the query's syntax tree. */
export const parseFeatures = (body: unknown, parameters: Readonly<Record<string, unknown>>): QueryFeatures => {
  const { top, select, orderBy } = body as QueryBody; // the tree has no types
  const limit = top?.value?.type === "parameter_name" ? parameters[top.value.name ?? ""] : top?.value?.value;
  return {
    top: typeof limit === "number" ? limit : null,
    sortKeys: (orderBy?.expressions ?? []).map(({ expression, order }) => ({
      path: pathOf(expression, rootOf(expression)) ?? [],
      order: order === "DESC" ? "Descending" : "Ascending",
    })),
    selectsAll: select["*"] === true,
    aggregates: AGGREGATES.some((name) => JSON.stringify(select).includes(`"name":"${name}"`)),
  };
};

interface QueryBody {
  readonly top?: { readonly value?: AstNode } | null;
  readonly select: { readonly "*"?: boolean };
  readonly orderBy?: { readonly expressions: readonly { expression: AstNode; order: "ASC" | "DESC" | null }[] } | null;
}

const rootOf = (node: AstNode): string => (node.object ? rootOf(node.object) : (node.name ?? ""));

/** Whether the gateway leaves it to the client to put the answers of the partitions together. */
export const needsClientMerge = ({ top, sortKeys, aggregates }: QueryFeatures): boolean =>
  top !== null || sortKeys.length > 0 || aggregates;

/** Stands before a query whose rows the client merges, so that each row comes with its sort keys. */
const REWRITTEN_MARK = "/* rows for merging */ ";

export const createQueryPlan = (query: string, { top, sortKeys }: QueryFeatures): QueryPlan => ({
  partitionedQueryExecutionInfoVersion: 2,
  queryInfo: {
    distinctType: "None",
    top,
    offset: null,
    limit: null,
    orderBy: sortKeys.map(({ order }) => order),
    orderByExpressions: sortKeys.map(({ path }) => ["c", ...path].join(".")),
    groupByExpressions: [],
    groupByAliases: [],
    aggregates: [],
    groupByAliasToAggregateType: {},
    rewrittenQuery: sortKeys.length > 0 ? REWRITTEN_MARK + query : "",
    hasSelectValue: false,
    hasNonStreamingOrderBy: false,
  },
  queryRanges: [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }],
});

/** A query without the mark that it got in a plan. */
export const parseRewrittenQuery = (query: string): { readonly query: string; readonly mergeable: boolean } =>
  query.startsWith(REWRITTEN_MARK)
    ? { query: query.slice(REWRITTEN_MARK.length), mergeable: true }
    : { query, mergeable: false };
