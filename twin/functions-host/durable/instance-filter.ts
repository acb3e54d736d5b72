import { BadRequestError } from "./http-messages.ts";
import type { Instance } from "./instance.ts";
import { NOT_SUPPORTED } from "./steps.ts";

/** The filter of an instance query. */
export interface InstanceFilter {
  /** Milliseconds since the Unix epoch, inclusive; `undefined` means no limit. */
  readonly createdFrom: number | undefined;
  readonly createdTo: number | undefined;
  /** An empty set matches every status. */
  readonly statuses: ReadonlySet<string>;
  readonly instanceIdPrefix: string;
}

/**
 * Parses the query parameters.
 * @throws BadRequestError for paging, and for an invalid time, which the real extension ignores.
 */
export const readInstanceFilter = (query: URLSearchParams): InstanceFilter => {
  if (query.has("top")) throw new BadRequestError(`Paging (top) ${NOT_SUPPORTED}`);
  return {
    createdFrom: readTime(query, "createdTimeFrom"),
    createdTo: readTime(query, "createdTimeTo"),
    statuses: new Set(query.getAll("runtimeStatus").flatMap((value) => value.split(","))),
    instanceIdPrefix: query.get("instanceIdPrefix") ?? "",
  };
};

const readTime = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new BadRequestError(`'${name}' is not an ISO 8601 time: ${text}`);
  return time;
};

export const matches = (instance: Instance, filter: InstanceFilter): boolean => {
  const { createdFrom = Number.NEGATIVE_INFINITY, createdTo = Number.POSITIVE_INFINITY } = filter;
  const { createdAt, instanceId, status } = instance;
  return (
    createdAt >= createdFrom &&
    createdAt <= createdTo &&
    (filter.statuses.size === 0 || filter.statuses.has(status)) &&
    instanceId.startsWith(filter.instanceIdPrefix)
  );
};
