import type { Documents, Item, StoredResource } from "./embedded-server.ts";

/** What a replica that lags behind by one write still shows of a container. */
export class LaggingReplica {
  readonly #current = new Map<string, StoredResource>();
  #newestWrite: { readonly rid: string; readonly before: StoredResource | undefined } | undefined;

  /** Takes note of a write. */
  note(written: StoredResource): void {
    this.#newestWrite = { rid: written._rid, before: this.#current.get(written._rid) };
    this.#current.set(written._rid, written);
  }

  /** A document as the replica has it. */
  read(document: StoredResource | undefined): StoredResource | undefined {
    return document !== undefined && document._rid === this.#newestWrite?.rid ? this.#newestWrite.before : document;
  }

  /** All documents as the replica has them. */
  items(documents: Documents): Item[] {
    return [...documents._data.values()].flatMap((item) => {
      const shown = this.read(item.read());
      return shown ? [{ read: () => shown }] : [];
    });
  }
}
