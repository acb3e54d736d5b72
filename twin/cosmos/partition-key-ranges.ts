import { createHash } from "node:crypto";
import type { Json } from "./embedded-server.ts";

/** A physical partition, as the account describes it to clients. */
export interface PartitionKeyRange {
  readonly id: string;
  readonly minInclusive: string;
  readonly maxExclusive: string;
  readonly status: "online";
  readonly parents: readonly string[];
}

/** The physical partitions of a container: equal shares of the hash space of partition keys. */
export const partitionKeyRanges = (count: number): readonly PartitionKeyRange[] =>
  Array.from({ length: count }, (_, index) => ({
    id: String(index),
    minInclusive: index === 0 ? "" : rangeBound(index, count),
    maxExclusive: index === count - 1 ? "FF" : rangeBound(index + 1, count),
    status: "online",
    parents: [],
  }));

const rangeBound = (index: number, count: number): string =>
  Math.floor((index * 256) / count)
    .toString(16)
    .toUpperCase()
    .padStart(2, "0");

/** The id of the range that a partition key belongs to. */
export const rangeIdOf = (partitionKey: Json | undefined, count: number): string => {
  const [hash = 0] = createHash("sha256")
    .update(JSON.stringify(partitionKey ?? null))
    .digest();
  return String(Math.floor((hash * count) / 256));
};
