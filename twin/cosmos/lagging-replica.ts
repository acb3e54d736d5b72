import type { Documents, Item, StoredResource } from "./embedded-server.ts";

/** The state of a container on a replica that lacks the newest write. */
export class LaggingReplica {
  readonly #current = new Map<string, StoredResource>();
  #newestWrite: { readonly rid: string; readonly before: StoredResource | undefined } | undefined;

  recordWrite(written: StoredResource): void {
    this.#newestWrite = { rid: written._rid, before: this.#current.get(written._rid) };
    this.#current.set(written._rid, written);
  }

  /**
   * @param document - the document on an up-to-date replica.
   * @returns the document on this replica.
   */
  read(document: StoredResource | undefined): StoredResource | undefined {
    return document !== undefined && document._rid === this.#newestWrite?.rid ? this.#newestWrite.before : document;
  }

  items(documents: Documents): Item[] {
    return [...documents._data.values()].flatMap((item) => {
      const document = this.read(item.read());
      return document ? [{ read: () => document }] : [];
    });
  }
}
