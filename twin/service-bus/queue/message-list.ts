interface Numbered {
  readonly sequenceNumber: number;
}

/** Active messages in the order of their sequence numbers. */
export class MessageList<T extends Numbered> {
  readonly #items: T[] = [];

  get length(): number {
    return this.#items.length;
  }

  /** Inserts a message by its sequence number: a new one at the end, a returned one before those sent after it. */
  add(item: T): void {
    const last = this.#items.at(-1);
    if (!last || last.sequenceNumber < item.sequenceNumber) this.#items.push(item);
    else this.#items.splice(this.#insertionIndexOf(item), 0, item);
  }

  takeFirst(): T | undefined {
    return this.#items.shift();
  }

  /** @returns false when the message is not in the list. */
  delete(item: T): boolean {
    const index = this.#insertionIndexOf(item);
    if (this.#items[index] !== item) return false;
    this.#items.splice(index, 1);
    return true;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items.values();
  }

  /** The index of the first message whose sequence number is not lower. */
  #insertionIndexOf({ sequenceNumber }: T): number {
    const index = this.#items.findIndex((other) => other.sequenceNumber >= sequenceNumber);
    return index < 0 ? this.#items.length : index;
  }
}
