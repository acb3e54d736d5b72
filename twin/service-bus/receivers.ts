/** A receiver of the messages of a session, or of a queue without sessions. */
export interface Receiver {
  /** Whether it can receive a message now. */
  readonly isReady: boolean;
  /** @returns false when there is no message to receive. */
  receiveNext(): boolean;
}

/** The receivers of a queue by session id. A queue without sessions uses a single id. */
export class Receivers {
  readonly #bySession = new Map<string, Set<Receiver>>();

  add(sessionId: string, receiver: Receiver): void {
    const receivers = this.#bySession.get(sessionId) ?? new Set();
    this.#bySession.set(sessionId, receivers.add(receiver));
  }

  remove(sessionId: string, receiver: Receiver): void {
    const receivers = this.#bySession.get(sessionId);
    receivers?.delete(receiver);
    if (receivers?.size === 0) this.#bySession.delete(sessionId);
  }

  /** Delivers the messages of a session to its ready receivers in turn, while there are any of both. */
  deliver(sessionId: string): void {
    const receivers = this.#bySession.get(sessionId);
    if (!receivers) return;
    for (const receiver of receivers) {
      if (!receiver.isReady) continue;
      if (!receiver.receiveNext()) return;
      // Moves the receiver to the end of the set, where the loop reaches it after the others.
      receivers.delete(receiver);
      receivers.add(receiver);
    }
  }
}
