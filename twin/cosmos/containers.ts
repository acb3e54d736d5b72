import type { Clock } from "../clock.ts";
import type { Account, Container, Documents, Item, Query, QuerySpec, StoredResource } from "./embedded-server.ts";
import { equalityPredicates, prefilter } from "./equality-filter.ts";
import { LaggingReplica } from "./lagging-replica.ts";

/**
 * The containers of an account. On first use a container is patched to write quoted ETags and the clock's time, and
 * gets a lagging replica.
 */
export class Containers {
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #replicas = new WeakMap<Documents, LaggingReplica>();

  constructor(account: Account, clock: Clock) {
    this.#account = account;
    this.#clock = clock;
  }

  /** @returns undefined when the account has no such container. */
  find(names: { readonly database: string; readonly container: string }): Container | undefined {
    const container = this.#account.database(names.database).collection(names.container);
    if (!container.read()) return undefined;
    this.replicaOf(container);
    return container;
  }

  replicaOf({ documents }: Container): LaggingReplica {
    const existing = this.#replicas.get(documents);
    if (existing) return existing;
    const replica = new LaggingReplica();
    patchWrites(documents, this.#clock, replica);
    this.#replicas.set(documents, replica);
    return replica;
  }
}

const patchWrites = (documents: Documents, clock: Clock, replica: LaggingReplica): void => {
  const write = documents._set.bind(documents);
  documents._set = (data: StoredResource) => {
    const written = write({ ...data, _etag: `"${data._etag}"`, _ts: Math.floor(clock.now() / 1000) });
    replica.recordWrite(written);
    return written;
  };
};

/** A view of the documents for one query: only `items` that can match the query, and gathered in linear time. */
export const prefilteredView = (spec: QuerySpec, documents: Documents, items: Iterable<Item>): Documents => {
  const query = documents._getQuery(spec.query);
  const predicates = equalityPredicates(query.ast.body, spec.parameters);
  return Object.create(documents, {
    _data: { value: predicates.length === 0 ? [...items] : prefilter(items, predicates) },
    _getQuery: {
      value: (): Pick<Query, "exec"> => ({ exec: (rows, options) => query.exec(withLinearReduce(rows), options) }),
    },
  });
};

/**
 * Replaces the `reduce` of the rows. Compiled queries gather rows by `rows.reduce((all, row) => [...all, row], [])`,
 * with any number of elements for one row, which takes quadratic time.
 */
const withLinearReduce = (rows: readonly StoredResource[]): readonly StoredResource[] => {
  type Gather = (gathered: unknown[], row: StoredResource) => unknown[];
  return Object.assign([...rows], { reduce: (gather: Gather) => rows.flatMap((row) => gather([], row)) });
};
