import type { Clock } from "../clock.ts";
import type { Account, Container, Documents, Item, Query, QuerySpec, StoredResource } from "./embedded-server.ts";
import { equalityPredicates, prefilter } from "./equality-filter.ts";
import { Expiries } from "./expiries.ts";
import { LaggingReplica } from "./lagging-replica.ts";

/** What the twin keeps of a container beside the embedded server. */
interface Companion {
  readonly replica: LaggingReplica;
  readonly expiries: Expiries;
}

/**
 * The containers of an account. On first use a container is patched to write quoted ETags and the clock's time, and
 * gets a lagging replica and a list of the documents that expire.
 */
export class Containers {
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #companions = new WeakMap<Documents, Companion>();

  constructor(account: Account, clock: Clock) {
    this.#account = account;
    this.#clock = clock;
  }

  /** @returns the container without its expired documents; undefined when the account has no such container. */
  find(names: { readonly database: string; readonly container: string }): Container | undefined {
    const container = this.#account.database(names.database).collection(names.container);
    if (!container.read()) return undefined;
    this.#companionOf(container).expiries.removeExpired(secondsOf(this.#clock));
    return container;
  }

  replicaOf(container: Container): LaggingReplica {
    return this.#companionOf(container).replica;
  }

  #companionOf(container: Container): Companion {
    const { documents } = container;
    const existing = this.#companions.get(documents);
    if (existing) return existing;
    const companion = { replica: new LaggingReplica(), expiries: new Expiries(container) };
    patchWrites(documents, this.#clock, companion);
    this.#companions.set(documents, companion);
    return companion;
  }
}

const secondsOf = (clock: Clock): number => Math.floor(clock.now() / 1000);

const patchWrites = (documents: Documents, clock: Clock, { replica, expiries }: Companion): void => {
  const write = documents._set.bind(documents);
  documents._set = (data: StoredResource) => {
    const written = write({ ...data, _etag: `"${data._etag}"`, _ts: secondsOf(clock) });
    replica.recordWrite(written);
    expiries.recordWrite(written);
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
