import type { Container, Json, JsonObject, StoredResource } from "./embedded-server.ts";
import { valueAt } from "./query-ast.ts";

/** The property path of the partition key: `["address", "city"]` for `/address/city`. */
export const partitionKeyPathOf = (container: Container): string[] =>
  (container.read()?.partitionKey?.paths[0] ?? "/id").slice(1).split("/");

/** Whether a value in the partition key header stands for a missing value, which Cosmos DB encodes as `{}`. */
export const isUndefinedPartitionKey = (value: unknown): boolean => typeof value === "object" && value !== null;

/** Whether a document belongs in the partition that a request names. @param partitionKey - from the header. */
export const belongsToPartition = (document: JsonObject, container: Container, partitionKey: Json): boolean => {
  const value = valueAt(document, partitionKeyPathOf(container));
  return value === undefined ? isUndefinedPartitionKey(partitionKey) : value === partitionKey;
};

/** @returns undefined when the partition has no such document. @param partitionKey - from the header. */
export const findDocument = (container: Container, id: string, partitionKey: Json): StoredResource | undefined => {
  // The embedded server finds a document without a partition key value by its id alone.
  const document = container.document(id, isUndefinedPartitionKey(partitionKey) ? id : partitionKey).read();
  return document && belongsToPartition(document, container, partitionKey) ? document : undefined;
};
