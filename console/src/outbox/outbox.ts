import { isRecord, readJson } from "../storage/read-json.ts";
import type { TextStore } from "../storage/text-store.ts";

/** What a person has written: a text for the customer, or a note for colleagues. */
export interface Written {
  readonly kind: "reply" | "note";
  readonly conversationId: string;
  readonly text: string;
  /** The newest message that the person saw; a colleague's newer one stops this one. Absent: it does not. */
  readonly lastSeenMessageId?: string | undefined;
  /** For how long the person may take the reply back, in seconds. */
  readonly holdSeconds: number;
}

/** A reply or a note on its way to the API. */
export interface OutboxEntry extends Written {
  /** The idempotency key: an entry that is sent twice with it is one. */
  readonly key: string;
  readonly writtenAt: number;
  /** Why the API refused it; absent while it is on its way. */
  readonly refusal?: Refusal;
}

/** A refusal that no retry changes. */
interface Refusal {
  /** The problem type, such as "recipient-opted-out". */
  readonly type: string;
  /** The state of the conversation, when it does not allow the request. */
  readonly state?: string;
}

/** What became of an attempt to hand a reply over. */
export type Outcome =
  | { readonly kind: "accepted" }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** The app cannot be reached, or cannot serve the request now. */
  | { readonly kind: "unavailable" };

export interface OutboxOptions {
  readonly store: TextStore;
  readonly personId: string;
  readonly now: () => number;
  readonly newKey: () => string;
  readonly wait: (ms: number) => Promise<void>;
  readonly send: (entry: OutboxEntry) => Promise<Outcome>;
}

const FIRST_DELAY_MS = 1_000;
const LAST_DELAY_MS = 30_000;
/** Within this time, a tab that is open has sent what it wrote, or is retrying. */
const OTHER_TAB_MS = 30_000;

/**
 * Replies and notes that the API has not accepted yet. They are kept on this device with their idempotency keys, so that
 * neither a lost response nor a reload loses or doubles one. Those of a conversation are sent one after the other.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #entries: readonly OutboxEntry[];
  readonly #sending = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #wake = new Set<() => void>();

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#entries = this.#stored();
  }

  get entries(): readonly OutboxEntry[] {
    return this.#entries;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Sends what an earlier page left. */
  start(): void {
    for (const { conversationId } of this.#entries) void this.#sendAll(conversationId);
  }

  /** Keeps what was written and sends it. */
  add(written: Written): OutboxEntry {
    const { newKey, now } = this.#options;
    const entry = { ...written, key: newKey(), writtenAt: now() };
    this.#change((entries) => [...entries, entry]);
    void this.#sendAll(written.conversationId);
    return entry;
  }

  /** Gives up a reply that was refused. @returns its text. */
  take(key: string): string {
    const entry = this.#entries.find((candidate) => candidate.key === key);
    if (!entry?.refusal) return "";
    this.#change((entries) => entries.filter((candidate) => candidate.key !== key));
    void this.#sendAll(entry.conversationId);
    return entry.text;
  }

  /** Retries at once, because the network is back or the person came back. */
  wake(): void {
    for (const resume of this.#wake) resume();
    this.start();
  }

  /** Reads what another tab changed. That tab sends its replies; if it is closed before, this one does. */
  reload(): void {
    this.#entries = this.#stored();
    this.#notify();
    if (this.#entries.length > 0) void this.#options.wait(OTHER_TAB_MS).then(() => this.start());
  }

  async #sendAll(conversationId: string): Promise<void> {
    if (this.#sending.has(conversationId)) return;
    this.#sending.add(conversationId);
    try {
      let delay = FIRST_DELAY_MS;
      for (let entry = this.#next(conversationId); entry; entry = this.#next(conversationId)) {
        const outcome = await this.#options.send(entry);
        if (outcome.kind === "unavailable") {
          await this.#pause(delay);
          delay = Math.min(delay * 2, LAST_DELAY_MS);
        } else {
          this.#settle(entry, outcome);
          delay = FIRST_DELAY_MS;
        }
      }
    } finally {
      this.#sending.delete(conversationId);
    }
  }

  /** The oldest reply of a conversation, unless it was refused: what comes after it waits until the person decides. */
  #next(conversationId: string): OutboxEntry | undefined {
    const first = this.#entries.find((entry) => entry.conversationId === conversationId);
    return first?.refusal ? undefined : first;
  }

  #settle({ key }: OutboxEntry, outcome: Exclude<Outcome, { kind: "unavailable" }>): void {
    this.#change((entries) =>
      outcome.kind === "accepted"
        ? entries.filter((entry) => entry.key !== key)
        : entries.map((entry) => (entry.key === key ? { ...entry, refusal: outcome.refusal } : entry)),
    );
  }

  async #pause(ms: number): Promise<void> {
    const { promise: woken, resolve } = Promise.withResolvers<void>();
    this.#wake.add(resolve);
    await Promise.race([this.#options.wait(ms), woken]);
    this.#wake.delete(resolve);
  }

  /** Changes what is stored, which another tab may have changed since this one read it. */
  #change(change: (entries: readonly OutboxEntry[]) => readonly OutboxEntry[]): void {
    this.#entries = change(this.#stored());
    const { store } = this.#options;
    if (this.#entries.length === 0) store.removeItem(this.storageKey);
    else store.setItem(this.storageKey, JSON.stringify(this.#entries));
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }

  get storageKey(): string {
    return `hilo:outbox:${this.#options.personId}`;
  }

  #stored(): readonly OutboxEntry[] {
    const stored = readJson(this.#options.store, this.storageKey);
    return Array.isArray(stored) ? stored.filter(isEntry) : [];
  }
}

const isString = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";

const isEntry = (value: unknown): value is OutboxEntry =>
  isRecord(value) &&
  (value.kind === "reply" || value.kind === "note") &&
  [value.key, value.conversationId, value.text, value.lastSeenMessageId ?? ""].every(isString) &&
  [value.writtenAt, value.holdSeconds].every(isNumber) &&
  (value.refusal === undefined || (isRecord(value.refusal) && isString(value.refusal.type)));
