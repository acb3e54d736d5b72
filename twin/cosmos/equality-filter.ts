import type { Item, Json, QueryParameter, QueryText, Stored } from "./embedded-server.ts";

type Scalar = string | number | boolean | null;

/** A condition that each row of a query's result fulfils: the value at `path` is `value`. */
export interface Equality {
  readonly path: readonly (string | number)[];
  readonly value: Scalar;
}

/** A node of the query's syntax tree, as far as it is looked at here. */
export interface Node {
  readonly type: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly operator?: string;
  readonly left?: Node;
  readonly right?: Node;
  readonly object?: Node;
  readonly property?: Node;
  readonly condition?: Node;
  readonly expression?: Node;
  readonly alias?: Node;
  readonly source?: Node;
  readonly joins?: readonly Node[];
  readonly from?: Node;
  readonly where?: Node;
}

/**
 * The equalities with a scalar that are AND-ed at the top of a query's WHERE clause, such as `c.state = @state` or
 * `c["agent"].id = "a1"`. Conditions of any other form are passed over; so are queries that join or iterate.
 * @param body - the body of the query's syntax tree.
 */
export const equalitiesOf = (body: unknown, parameters: QueryText["parameters"] = []): Equality[] => {
  const { from, where } = body as Node; // the tree has no types; each node is checked before it is used
  const root = from && rowNameOf(from);
  if (!root || !where?.condition) return [];
  return conjunctsOf(where.condition).flatMap((conjunct) => equalityOf(conjunct, root, parameters) ?? []);
};

/** The documents that fulfil all the equalities, which are all that can be in the query's result. */
export const narrow = (items: Iterable<Item>, equalities: readonly Equality[]): Item[] => {
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

const rowNameOf = ({ source, joins }: Node): string | undefined => {
  if (joins?.length || source?.expression?.type !== "collection_expression") return undefined;
  return (source.alias ?? source.expression.expression)?.name;
};

const conjunctsOf = (node: Node): Node[] =>
  node.type === "scalar_binary_expression" && node.operator === "AND" && node.left && node.right
    ? [...conjunctsOf(node.left), ...conjunctsOf(node.right)]
    : [node];

const equalityOf = (node: Node, root: string, parameters: readonly QueryParameter[]): Equality | undefined => {
  if (node.type !== "scalar_binary_expression" || node.operator !== "=" || !node.left || !node.right) return undefined;
  for (const [member, constant] of [[node.left, node.right] as const, [node.right, node.left] as const]) {
    const path = pathOf(member, root);
    const value = scalarOf(constant, parameters);
    if (path && value !== undefined) return { path, value };
  }
  return undefined;
};

export const pathOf = (node: Node, root: string): (string | number)[] | undefined => {
  if (node.type === "identifier") return node.name === root ? [] : undefined;
  if (node.type !== "scalar_member_expression" || !node.object || !node.property) return undefined;
  const parent = pathOf(node.object, root);
  const key = node.property.type === "identifier" ? node.property.name : node.property.value;
  return parent && (typeof key === "string" || typeof key === "number") ? [...parent, key] : undefined;
};

const scalarOf = (node: Node, parameters: readonly QueryParameter[]): Scalar | undefined => {
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

export const valueAt = (document: Stored, path: Equality["path"]): Json | undefined => {
  let value: Json | undefined = document;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as { [key: string | number]: Json })[key];
  }
  return value;
};
