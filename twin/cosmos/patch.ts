import { type Container, type PatchOperation, patchOperation, type StoredResource } from "./embedded-server.ts";
import { evaluateCondition } from "./patch-condition.ts";
import { valueAt } from "./query-ast.ts";
import { type CosmosRequest, partitionKeyOf } from "./request.ts";
import { type CosmosResponse, errorResponse } from "./response.ts";

interface PatchBody {
  readonly operations: readonly PatchOperation[];
  readonly condition?: string;
}

/** Patches a document atomically. Responds 412 when the document does not match the condition or the ETag. */
export const executePatch = (container: Container, id: string, request: CosmosRequest): CosmosResponse => {
  const parsed: PatchBody | readonly PatchOperation[] = JSON.parse(request.body.toString());
  const body: PatchBody = "operations" in parsed ? parsed : { operations: parsed };
  const [partitionKey = null] = partitionKeyOf(request);
  const document = container.document(id, partitionKey).read();
  const error = document && validatePatch(document, body, container);
  if (error) return error;
  const patched = patchOperation(container, {
    id,
    partitionKey: JSON.stringify([partitionKey]),
    ifMatch: request.headers["if-match"],
    operations: body.operations,
  });
  return { status: patched.statusCode, headers: {}, body: patched.body };
};

const validatePatch = (
  document: StoredResource,
  { operations, condition }: PatchBody,
  container: Container,
): CosmosResponse | undefined => {
  const outcome = condition === undefined ? "met" : evaluateCondition(condition, container, document);
  if (outcome === "invalid") return errorResponse(400, `The patch condition is invalid: ${condition}`);
  if (outcome === "not-met") return errorResponse(412, "The document does not match the patch condition.");
  const orphan = findPathWithoutParent(document, operations);
  return orphan === undefined
    ? undefined
    : errorResponse(400, `A patch does not create parent properties: ${orphan} has none.`);
};

/**
 * Finds the first operation whose target has no parent when the operation runs. The embedded server would silently
 * write the value one level higher.
 * @returns the path of the operation.
 */
const findPathWithoutParent = (document: StoredResource, operations: readonly PatchOperation[]): string | undefined => {
  const written = new Set<string>();
  const removed: string[] = [];
  for (const { op, path, from } of operations) {
    const parent = path.slice(0, path.lastIndexOf("/"));
    const isRemoved = removed.some((ancestor) => `${parent}/`.startsWith(`${ancestor}/`));
    const hasParent = written.has(parent) || (!isRemoved && hasPath(document, parent));
    if (op !== "remove" && op !== "replace" && !hasParent) return path;
    if (op === "remove") removed.push(path);
    else written.add(path);
    if (op === "move" && from !== undefined) removed.push(from);
  }
  return undefined;
};

/** @param pointer - a JSON pointer, RFC 6901. */
const hasPath = (document: StoredResource, pointer: string): boolean => {
  const [, ...keys] = pointer.split("/");
  const path = keys.map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  return valueAt(document, path) !== undefined;
};
