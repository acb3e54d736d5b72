import { type AstNode, type PropertyPath, propertyPathOf } from "./query-ast.ts";

/**
 * Instructs the client how to run a query over several partition key ranges and merge the results.
 * Source: the gateway's query plan, as `@azure/cosmos` 4.10 reads it.
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

/** The parts of a query, other than its filter, that affect how results of several partitions are merged. */
export interface QueryFeatures {
  /** Maximum number of rows over all partitions. */
  readonly top: number | null;
  readonly sortKeys: readonly SortKey[];
  /** True for `SELECT *`; false for a projection or an aggregate. */
  readonly isSelectAll: boolean;
  readonly hasAggregates: boolean;
}

interface SortKey {
  readonly path: PropertyPath;
  readonly order: "Ascending" | "Descending";
}

const AGGREGATES = ["COUNT", "SUM", "AVG", "MIN", "MAX"];

/** @param body - the body of the query's syntax tree. */
export const parseFeatures = (body: unknown, parameters: Readonly<Record<string, unknown>>): QueryFeatures => {
  const { top, select, orderBy } = body as QueryBody; // the parser's tree is untyped
  const limit = top?.value?.type === "parameter_name" ? parameters[top.value.name ?? ""] : top?.value?.value;
  return {
    top: typeof limit === "number" ? limit : null,
    sortKeys: (orderBy?.expressions ?? []).map(({ expression, order }) => ({
      path: propertyPathOf(expression, rootOf(expression)) ?? [],
      order: order === "DESC" ? "Descending" : "Ascending",
    })),
    isSelectAll: select["*"] === true,
    hasAggregates: AGGREGATES.some((name) => JSON.stringify(select).includes(`"name":"${name}"`)),
  };
};

interface QueryBody {
  readonly top?: { readonly value?: AstNode } | null;
  readonly select: { readonly "*"?: boolean };
  readonly orderBy?: { readonly expressions: readonly { expression: AstNode; order: "ASC" | "DESC" | null }[] } | null;
}

const rootOf = (node: AstNode): string => (node.object ? rootOf(node.object) : (node.name ?? ""));

/** Whether the gateway leaves merging the results of the partitions to the client. */
export const needsClientMerge = ({ top, sortKeys, hasAggregates }: QueryFeatures): boolean =>
  top !== null || sortKeys.length > 0 || hasAggregates;

/** Prefix of a rewritten query, whose rows are returned together with their sort keys. */
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

/** Removes the mark of a rewritten query. */
export const parseRewrittenQuery = (query: string): { readonly query: string; readonly isRewritten: boolean } =>
  query.startsWith(REWRITTEN_MARK)
    ? { query: query.slice(REWRITTEN_MARK.length), isRewritten: true }
    : { query, isRewritten: false };
