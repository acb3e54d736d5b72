interface Numbered {
  readonly sequenceNumber: number;
}

/** Messages that wait to be received one after the other, by their sequence numbers. */
export class MessageList<T extends Numbered> {
  readonly #items: T[] = [];

  get length(): number {
    return this.#items.length;
  }

  /** Puts an item in its place: the end for a new one, further to the front for one that comes back. */
  add(item: T): void {
    const last = this.#items.at(-1);
    if (!last || last.sequenceNumber < item.sequenceNumber) this.#items.push(item);
    else this.#items.splice(this.#indexOf(item), 0, item);
  }

  takeFirst(): T | undefined {
    return this.#items.shift();
  }

  /** Takes an item out, and tells whether it was there. */
  delete(item: T): boolean {
    const place = this.#indexOf(item);
    if (this.#items[place] !== item) return false;
    this.#items.splice(place, 1);
    return true;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items.values();
  }

  /** The place of the first item whose number is not lower. */
  #indexOf({ sequenceNumber }: T): number {
    const place = this.#items.findIndex((other) => other.sequenceNumber >= sequenceNumber);
    return place < 0 ? this.#items.length : place;
  }
}
