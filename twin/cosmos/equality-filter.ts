import type { Item, QueryParameter, QuerySpec } from "./embedded-server.ts";
import { type AstNode, type PropertyPath, propertyPathOf, valueAt } from "./query-ast.ts";

type Scalar = string | number | boolean | null;

/** A necessary condition for a document to match a query: the value at `path` equals `value`. */
export interface EqualityPredicate {
  readonly path: PropertyPath;
  readonly value: Scalar;
}

/**
 * Finds the equality comparisons with a scalar among the AND-ed terms of a query's WHERE clause, such as
 * `c.state = @state` or `c["agent"].id = "a1"`. Ignores terms of any other form, and queries with JOIN or IN sources.
 * @param body - the body of the query's syntax tree.
 */
export const equalityPredicates = (body: unknown, parameters: QuerySpec["parameters"] = []): EqualityPredicate[] => {
  const { from, where } = body as AstNode; // the parser's tree is untyped: every member is checked before use
  const root = from && documentAliasOf(from);
  if (!root || !where?.condition) return [];
  return conjunctsOf(where.condition).flatMap((conjunct) => toEqualityPredicate(conjunct, root, parameters) ?? []);
};

/** The documents that fulfil all predicates: a superset of the query's result. */
export const prefilter = (items: Iterable<Item>, predicates: readonly EqualityPredicate[]): Item[] => {
  const matching: Item[] = [];
  let mismatch: Item | undefined;
  for (const item of items) {
    const document = item.read();
    if (document && predicates.every(({ path, value }) => valueAt(document, path) === value)) matching.push(item);
    else mismatch ??= item;
  }
  // Without any match, keep one document for the query to filter out: a query that cannot be evaluated must still fail.
  return matching.length === 0 && mismatch ? [mismatch] : matching;
};

const documentAliasOf = ({ source, joins }: AstNode): string | undefined => {
  if (joins?.length || source?.expression?.type !== "collection_expression") return undefined;
  return (source.alias ?? source.expression.expression)?.name;
};

const conjunctsOf = (node: AstNode): AstNode[] =>
  node.type === "scalar_binary_expression" && node.operator === "AND" && node.left && node.right
    ? [...conjunctsOf(node.left), ...conjunctsOf(node.right)]
    : [node];

const toEqualityPredicate = (
  node: AstNode,
  root: string,
  parameters: readonly QueryParameter[],
): EqualityPredicate | undefined => {
  if (node.type !== "scalar_binary_expression" || node.operator !== "=" || !node.left || !node.right) return undefined;
  const { left, right } = node;
  for (const { member, constant } of [
    { member: left, constant: right },
    { member: right, constant: left },
  ]) {
    const path = propertyPathOf(member, root);
    const value = scalarValueOf(constant, parameters);
    if (path && value !== undefined) return { path, value };
  }
  return undefined;
};

const scalarValueOf = (node: AstNode, parameters: readonly QueryParameter[]): Scalar | undefined => {
  if (node.type === "null_constant") return null;
  if (node.type === "parameter_name") {
    const value = parameters.findLast(({ name }) => name === node.name)?.value;
    return isScalar(value) ? value : undefined;
  }
  const isConstant = ["string_constant", "number_constant", "boolean_constant"].includes(node.type);
  return isConstant && isScalar(node.value) ? node.value : undefined;
};

const isScalar = (value: unknown): value is Scalar =>
  value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
