/** Someone who wants the messages of a lane. */
export interface Receiver {
  /** Whether it can take a message now. */
  readonly isReady: boolean;
  /** Takes the next message of its lane; false when there is none. */
  receiveNext(): boolean;
}

/** The receivers of a queue by lane: each session has a lane, a queue without sessions has a single one. */
export class Receivers {
  readonly #bySession = new Map<string, Set<Receiver>>();

  add(lane: string, receiver: Receiver): void {
    const receivers = this.#bySession.get(lane) ?? new Set();
    this.#bySession.set(lane, receivers.add(receiver));
  }

  remove(lane: string, receiver: Receiver): void {
    const receivers = this.#bySession.get(lane);
    receivers?.delete(receiver);
    if (receivers?.size === 0) this.#bySession.delete(lane);
  }

  /** Hands out the messages of a lane, one to each ready receiver in turn, until there are none or nobody is ready. */
  deliver(lane: string): void {
    const receivers = this.#bySession.get(lane);
    if (!receivers) return;
    for (const receiver of receivers) {
      if (!receiver.isReady) continue;
      if (!receiver.receiveNext()) return;
      // To the end of the line; the loop comes to it again after the others.
      receivers.delete(receiver);
      receivers.add(receiver);
    }
  }
}
