import type { Json, JsonObject } from "./embedded-server.ts";

/** A node of a query's syntax tree, reduced to the members that the twin reads. */
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

/** The location of a value in a document: `["address", "city"]` or `["tags", 0]`. */
export type PropertyPath = readonly (string | number)[];

/**
 * The path that a member expression such as `c.address["city"]` selects.
 * @param root - the alias of the document, `c` in the example.
 * @returns undefined for any other expression.
 */
export const propertyPathOf = (node: AstNode, root: string): PropertyPath | undefined => {
  if (node.type === "identifier") return node.name === root ? [] : undefined;
  if (node.type !== "scalar_member_expression" || !node.object || !node.property) return undefined;
  const parent = propertyPathOf(node.object, root);
  const key = node.property.type === "identifier" ? node.property.name : node.property.value;
  return parent && (typeof key === "string" || typeof key === "number") ? [...parent, key] : undefined;
};

export const valueAt = (document: JsonObject, path: PropertyPath): Json | undefined => {
  let value: Json | undefined = document;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as { [key: string | number]: Json })[key];
  }
  return value;
};
