import type { Stored } from "../../shared/kernel/stored.ts";
import type { Hooks } from "./hooks.ts";

/** Documents by key, with etags. It stores copies in JSON, without undefined members, as a real store does. */
export class InMemoryTable<T> {
  readonly #name: string;
  readonly #hooks: Hooks;
  readonly #documents = new Map<string, Stored<T>>();
  #versions = 0;

  constructor(name: string, hooks: Hooks) {
    this.#name = name;
    this.#hooks = hooks;
  }

  /** Runs a read of the store in one step. */
  async read<R>(operation: string, run: () => R): Promise<R> {
    await this.#hooks.before?.(`${this.#name}.${operation}`);
    return run();
  }

  /** Runs a write of the store in one step. */
  async write<R>(operation: string, run: () => R): Promise<R> {
    await this.#hooks.before?.(`${this.#name}.${operation}`);
    const result = run();
    await this.#hooks.afterWrite?.(`${this.#name}.${operation}`);
    return result;
  }

  get(key: string): Stored<T> | undefined {
    return this.#documents.get(key);
  }

  values(): readonly Stored<T>[] {
    return [...this.#documents.values()];
  }

  /** @returns `exists` when the key is taken. */
  insert(key: string, value: T): Stored<T> | "exists" {
    return this.#documents.has(key) ? "exists" : this.put(key, value);
  }

  /** @returns `stale` when the document has another etag. */
  swap(key: string, etag: string, next: T): Stored<T> | "stale" {
    return this.#documents.get(key)?.etag === etag ? this.put(key, next) : "stale";
  }

  delete(key: string): void {
    this.#documents.delete(key);
  }

  put(key: string, value: T): Stored<T> {
    this.#versions += 1;
    const copy: T = JSON.parse(JSON.stringify(value));
    const stored = { value: copy, etag: `etag-${this.#versions}` };
    this.#documents.set(key, stored);
    return stored;
  }
}
