import { MessageList } from "./message-list.ts";

interface Numbered {
  readonly sequenceNumber: number;
}

/** The active messages of a queue, grouped by session id. A queue without sessions uses a single id. */
export class MessagesBySession<T extends Numbered> {
  readonly #bySession = new Map<string, MessageList<T>>();

  get size(): number {
    let size = 0;
    for (const messages of this.#bySession.values()) size += messages.length;
    return size;
  }

  /** The sessions that have messages, in the order in which they are served. */
  sessionIds(): Iterable<string> {
    return this.#bySession.keys();
  }

  add(sessionId: string, item: T): void {
    const messages = this.#bySession.get(sessionId) ?? new MessageList<T>();
    messages.add(item);
    this.#bySession.set(sessionId, messages);
  }

  takeFirst(sessionId: string): T | undefined {
    const first = this.#bySession.get(sessionId)?.takeFirst();
    this.#removeIfEmpty(sessionId);
    return first;
  }

  /** @returns false when the session does not have the message. */
  delete(sessionId: string, item: T): boolean {
    const isDeleted = this.#bySession.get(sessionId)?.delete(item) ?? false;
    this.#removeIfEmpty(sessionId);
    return isDeleted;
  }

  /** Moves a session behind the others, so that sessions are served in turn. */
  moveToEnd(sessionId: string): void {
    const messages = this.#bySession.get(sessionId);
    if (!messages) return;
    this.#bySession.delete(sessionId);
    this.#bySession.set(sessionId, messages);
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const messages of this.#bySession.values()) yield* messages;
  }

  #removeIfEmpty(sessionId: string): void {
    if (this.#bySession.get(sessionId)?.length === 0) this.#bySession.delete(sessionId);
  }
}
