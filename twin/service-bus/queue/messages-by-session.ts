import { Lane } from "./message-list.ts";

interface Numbered {
  readonly sequenceNumber: number;
}

/** The lanes of a queue that have messages: one for each session, or a single one where there are no sessions. */
export class Lanes<T extends Numbered> {
  readonly #lanes = new Map<string, Lane<T>>();

  get size(): number {
    let size = 0;
    for (const lane of this.#lanes.values()) size += lane.length;
    return size;
  }

  /** The names of the lanes, the one to be served next first. */
  names(): Iterable<string> {
    return this.#lanes.keys();
  }

  add(name: string, item: T): void {
    const lane = this.#lanes.get(name) ?? new Lane<T>();
    lane.add(item);
    this.#lanes.set(name, lane);
  }

  takeFirst(name: string): T | undefined {
    const first = this.#lanes.get(name)?.takeFirst();
    this.#dropIfEmpty(name);
    return first;
  }

  /** Takes an item out, and tells whether it was there. */
  delete(name: string, item: T): boolean {
    const wasThere = this.#lanes.get(name)?.delete(item) ?? false;
    this.#dropIfEmpty(name);
    return wasThere;
  }

  /** Puts a lane behind the others, so that each gets its turn. */
  moveToEnd(name: string): void {
    const lane = this.#lanes.get(name);
    if (!lane) return;
    this.#lanes.delete(name);
    this.#lanes.set(name, lane);
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const lane of this.#lanes.values()) yield* lane;
  }

  #dropIfEmpty(name: string): void {
    if (this.#lanes.get(name)?.length === 0) this.#lanes.delete(name);
  }
}
