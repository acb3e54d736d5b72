import type { z } from "zod";
import type { Stored } from "../../shared/kernel/stored.ts";
import type { Hooks } from "./hooks.ts";

/** Documents by key, each with an etag, as a store has them: only what the schema allows, in copies of its own. */
export class InMemoryTable<T> {
  readonly #name: string;
  readonly #schema: z.ZodType<T>;
  readonly #hooks: Hooks;
  readonly #documents = new Map<string, Stored<T>>();
  #versions = 0;

  constructor(name: string, schema: z.ZodType<T>, hooks: Hooks) {
    this.#name = name;
    this.#schema = schema;
    this.#hooks = hooks;
  }

  /** Runs `look` in one step, as a read of the store. */
  async read<R>(operation: string, look: () => R): Promise<R> {
    await this.#hooks.before?.(`${this.#name}.${operation}`);
    return look();
  }

  /** Runs `change` in one step, as a write of the store. */
  async write<R>(operation: string, change: () => R): Promise<R> {
    await this.#hooks.before?.(`${this.#name}.${operation}`);
    const result = change();
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

  /** @returns `stale` when the document has another etag by now. */
  swap(key: string, etag: string, next: T): Stored<T> | "stale" {
    return this.#documents.get(key)?.etag === etag ? this.put(key, next) : "stale";
  }

  put(key: string, value: T): Stored<T> {
    this.#versions += 1;
    const copy = this.#schema.parse(JSON.parse(JSON.stringify(value)));
    const stored = { value: copy, etag: `etag-${this.#versions}` };
    this.#documents.set(key, stored);
    return stored;
  }
}
