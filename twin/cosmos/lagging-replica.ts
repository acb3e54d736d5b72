import type { Documents, Item, Stored } from "./embedded-server.ts";

/** What a replica that lags behind by one write still shows of a container. */
export class LaggingReplica {
  readonly #current = new Map<string, Stored>();
  #last: { readonly rid: string; readonly before: Stored | undefined } | undefined;

  /** Takes note of a write. */
  note(written: Stored): void {
    this.#last = { rid: written._rid, before: this.#current.get(written._rid) };
    this.#current.set(written._rid, written);
  }

  /** A document as the replica has it. */
  show(document: Stored | undefined): Stored | undefined {
    return document !== undefined && document._rid === this.#last?.rid ? this.#last.before : document;
  }

  /** All documents as the replica has them. */
  items(documents: Documents): Item[] {
    return [...documents._data.values()].flatMap((item) => {
      const shown = this.show(item.read());
      return shown ? [{ read: () => shown }] : [];
    });
  }
}
