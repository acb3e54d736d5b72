interface Numbered {
  readonly sequenceNumber: number;
}

/** Messages that wait to be received one after the other, by their sequence numbers. */
export class Lane<T extends Numbered> {
  readonly #waiting: T[] = [];

  get length(): number {
    return this.#waiting.length;
  }

  /** Puts an item in its place: the end for a new one, further to the front for one that comes back. */
  add(item: T): void {
    const last = this.#waiting.at(-1);
    if (!last || last.sequenceNumber < item.sequenceNumber) this.#waiting.push(item);
    else this.#waiting.splice(this.#placeOf(item), 0, item);
  }

  takeFirst(): T | undefined {
    return this.#waiting.shift();
  }

  /** Takes an item out, and tells whether it was there. */
  delete(item: T): boolean {
    const place = this.#placeOf(item);
    if (this.#waiting[place] !== item) return false;
    this.#waiting.splice(place, 1);
    return true;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#waiting.values();
  }

  /** The place of the first item whose number is not lower. */
  #placeOf({ sequenceNumber }: T): number {
    const place = this.#waiting.findIndex((other) => other.sequenceNumber >= sequenceNumber);
    return place < 0 ? this.#waiting.length : place;
  }
}
