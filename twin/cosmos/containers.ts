import type { Clock } from "../clock.ts";
import type { Account, Container, Documents, Item, Query, QuerySpec, StoredResource } from "./embedded-server.ts";
import { equalityPredicates, prefilter } from "./equality-filter.ts";
import { LaggingReplica } from "./lagging-replica.ts";

/**
 * The account's containers, each made ready when it is first used: quoted ETags and the twin's time on every write, a
 * replica that lags behind, and queries that look only at the documents they can match.
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
    const known = this.#replicas.get(documents);
    if (known) return known;
    const replica = new LaggingReplica();
    stampWrites(documents, this.#clock, replica);
    this.#replicas.set(documents, replica);
    return replica;
  }
}

/** The value's place in a document: `["address", "city"]` for the partition key `/address/city`. */
export const partitionKeyPathOf = (container: Container): string[] =>
  (container.read()?.partitionKey?.paths[0] ?? "/id").slice(1).split("/");

const stampWrites = (documents: Documents, clock: Clock, replica: LaggingReplica): void => {
  const store = documents._set.bind(documents);
  documents._set = (data: StoredResource) => {
    const written = store({ ...data, _etag: `"${data._etag}"`, _ts: Math.floor(clock.now() / 1000) });
    replica.note(written);
    return written;
  };
};

/** The same documents for one query: only those of the given ones that it can match, and gathered in linear time. */
export const prefilteredView = (text: QuerySpec, documents: Documents, items: Iterable<Item>): Documents => {
  const parsed = documents._getQuery(text.query);
  const equalities = equalityPredicates(parsed.ast.body, text.parameters);
  return Object.create(documents, {
    _data: { value: equalities.length === 0 ? [...items] : prefilter(items, equalities) },
    _getQuery: {
      value: (): Pick<Query, "exec"> => ({ exec: (rows, options) => parsed.exec(withLinearReduce(rows), options) }),
    },
  });
};

/**
 * Rows that are gathered in linear time. A query's code gathers them by `rows.reduce((all, row) => [...all, row], [])`,
 * or with none or several elements for a row: a time that grows with the square of their number.
 */
const withLinearReduce = (rows: readonly StoredResource[]): readonly StoredResource[] => {
  type Gather = (gathered: unknown[], row: StoredResource) => unknown[];
  return Object.assign([...rows], { reduce: (gather: Gather) => rows.flatMap((row) => gather([], row)) });
};
