import type { Item, Json, QueryParameter, QuerySpec, StoredResource } from "./embedded-server.ts";

type Scalar = string | number | boolean | null;

/** A condition that each row of a query's result fulfils: the value at `path` is `value`. */
export interface EqualityPredicate {
  readonly path: readonly (string | number)[];
  readonly value: Scalar;
}

/** A node of the query's syntax tree, as far as it is looked at here. */
export interface AstNode {
  readonly type: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly operator?: string;
  readonly left?: AstNode;
  readonly right?: AstNode;
  readonly object?: AstNode;
  readonly property?: AstNode;
  readonly condition?: AstNode;
  readonly expression?: AstNode;
  readonly alias?: AstNode;
  readonly source?: AstNode;
  readonly joins?: readonly AstNode[];
  readonly from?: AstNode;
  readonly where?: AstNode;
}

/**
 * The equalities with a scalar that are AND-ed at the top of a query's WHERE clause, such as `c.state = @state` or
 * `c["agent"].id = "a1"`. Conditions of any other form are passed over; so are queries that join or iterate.
 * @param body - the body of the query's syntax tree.
 */
export const equalityPredicates = (body: unknown, parameters: QuerySpec["parameters"] = []): EqualityPredicate[] => {
  const { from, where } = body as AstNode; // the tree has no types; each node is checked before it is used
  const root = from && rowAliasOf(from);
  if (!root || !where?.condition) return [];
  return conjunctsOf(where.condition).flatMap((conjunct) => toEqualityPredicate(conjunct, root, parameters) ?? []);
};

/** The documents that fulfil all the equalities, which are all that can be in the query's result. */
export const prefilter = (items: Iterable<Item>, equalities: readonly EqualityPredicate[]): Item[] => {
  const kept: Item[] = [];
  let other: Item | undefined;
  for (const item of items) {
    const document = item.read();
    if (document && equalities.every(({ path, value }) => valueAt(document, path) === value)) kept.push(item);
    else other ??= item;
  }
  // One document that the query will filter out: a query that cannot be evaluated then fails as it would have.
  return kept.length === 0 && other ? [other] : kept;
};

const rowAliasOf = ({ source, joins }: AstNode): string | undefined => {
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
  for (const [member, constant] of [[node.left, node.right] as const, [node.right, node.left] as const]) {
    const path = pathOf(member, root);
    const value = scalarValueOf(constant, parameters);
    if (path && value !== undefined) return { path, value };
  }
  return undefined;
};

export const pathOf = (node: AstNode, root: string): (string | number)[] | undefined => {
  if (node.type === "identifier") return node.name === root ? [] : undefined;
  if (node.type !== "scalar_member_expression" || !node.object || !node.property) return undefined;
  const parent = pathOf(node.object, root);
  const key = node.property.type === "identifier" ? node.property.name : node.property.value;
  return parent && (typeof key === "string" || typeof key === "number") ? [...parent, key] : undefined;
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

export const valueAt = (document: StoredResource, path: EqualityPredicate["path"]): Json | undefined => {
  let value: Json | undefined = document;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as { [key: string | number]: Json })[key];
  }
  return value;
};
