import {
  type Container,
  type Json,
  type PatchOperation,
  patchOperation,
  type StoredResource,
} from "./embedded-server.ts";
import { evaluateCondition } from "./patch-condition.ts";
import { type CosmosRequest, partitionKeyOf } from "./request.ts";
import { type CosmosResponse, errorResponse } from "./response.ts";

interface PatchBody {
  readonly operations: readonly PatchOperation[];
  readonly condition?: string;
}

/** Changes one document by operations, all of them or none, if it fulfils the condition (412) and the ETag (412). */
export const executePatch = (container: Container, id: string, request: CosmosRequest): CosmosResponse => {
  const body: PatchBody | readonly PatchOperation[] = JSON.parse(request.body.toString());
  const { operations, condition }: PatchBody = "operations" in body ? body : { operations: body };
  const [partitionKey = null] = partitionKeyOf(request);
  const document = container.document(id, partitionKey).read();
  const refusal = document && validatePatch(document, { operations, condition }, container);
  if (refusal) return refusal;
  const patched = patchOperation(container, {
    id,
    partitionKey: JSON.stringify([partitionKey]),
    ifMatch: request.headers["if-match"],
    operations,
  });
  return { status: patched.statusCode, headers: {}, body: patched.body };
};

const validatePatch = (document: StoredResource, body: PatchBody, container: Container): CosmosResponse | undefined => {
  const verdict = body.condition === undefined ? "fulfilled" : evaluateCondition(body.condition, container, document);
  if (verdict === "invalid") return errorResponse(400, "BadRequest", `Invalid condition of a patch: ${body.condition}`);
  if (verdict === "unfulfilled")
    return errorResponse(412, "PreconditionFailed", "The patch's condition is not fulfilled.");
  const orphan = findPathWithoutParent(document, body.operations);
  if (orphan === undefined) return undefined;
  return errorResponse(400, "BadRequest", `A patch creates no path recursively; no parent is there for ${orphan}`);
};

/**
 * The path of the first operation that would write below a property which the document doesn't have by then. The server
 * under it would write it one level higher and say nothing.
 */
const findPathWithoutParent = (document: StoredResource, operations: readonly PatchOperation[]): string | undefined => {
  const made = new Set<string>();
  const removed: string[] = [];
  for (const { op, path, from } of operations) {
    const parent = path.slice(0, path.lastIndexOf("/"));
    const isRemoved = removed.some((gone) => `${parent}/`.startsWith(`${gone}/`));
    const isThere = made.has(parent) || (!isRemoved && hasPath(document, parent));
    if (op !== "remove" && op !== "replace" && !isThere) return path;
    if (op === "remove") removed.push(path);
    else made.add(path);
    if (op === "move" && from !== undefined) removed.push(from);
  }
  return undefined;
};

/** @param pointer - a JSON pointer, RFC 6901. */
const hasPath = (document: StoredResource, pointer: string): boolean => {
  let value: Json | undefined = document;
  for (const part of pointer.split("/").slice(1)) {
    if (typeof value !== "object" || value === null) return false;
    value = (value as { [key: string]: Json })[part.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return value !== undefined;
};
