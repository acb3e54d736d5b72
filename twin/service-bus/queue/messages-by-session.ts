import { MessageList } from "./message-list.ts";

interface Numbered {
  readonly sequenceNumber: number;
}

/** The lanes of a queue that have messages: one for each session, or a single one where there are no sessions. */
export class MessagesBySession<T extends Numbered> {
  readonly #bySession = new Map<string, MessageList<T>>();

  get size(): number {
    let size = 0;
    for (const lane of this.#bySession.values()) size += lane.length;
    return size;
  }

  /** The names of the lanes, the one to be served next first. */
  sessionIds(): Iterable<string> {
    return this.#bySession.keys();
  }

  add(name: string, item: T): void {
    const lane = this.#bySession.get(name) ?? new MessageList<T>();
    lane.add(item);
    this.#bySession.set(name, lane);
  }

  takeFirst(name: string): T | undefined {
    const first = this.#bySession.get(name)?.takeFirst();
    this.#dropIfEmpty(name);
    return first;
  }

  /** Takes an item out, and tells whether it was there. */
  delete(name: string, item: T): boolean {
    const wasThere = this.#bySession.get(name)?.delete(item) ?? false;
    this.#dropIfEmpty(name);
    return wasThere;
  }

  /** Puts a lane behind the others, so that each gets its turn. */
  moveToEnd(name: string): void {
    const lane = this.#bySession.get(name);
    if (!lane) return;
    this.#bySession.delete(name);
    this.#bySession.set(name, lane);
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const lane of this.#bySession.values()) yield* lane;
  }

  #dropIfEmpty(name: string): void {
    if (this.#bySession.get(name)?.length === 0) this.#bySession.delete(name);
  }
}
