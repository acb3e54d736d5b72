import type { TextStore } from "../storage/text-store.ts";

/** Where an unsent text belongs: every box of a conversation has its own draft. */
export type DraftKind = "reply" | "note";

type OnWritten = (conversationId: string, kind: DraftKind, text: string) => void;

/**
 * The texts that a person has begun to write, kept on this device at every key stroke. They survive a reload, a crash of
 * the browser and the loss of the conversation.
 */
export class Drafts {
  readonly #store: TextStore;
  readonly #personId: string;
  readonly #onWritten: OnWritten;
  readonly #listeners = new Set<() => void>();

  /** @param onWritten - called for what the person writes, and not for what comes from another device. */
  constructor(store: TextStore, personId: string, onWritten: OnWritten = () => {}) {
    this.#store = store;
    this.#personId = personId;
    this.#onWritten = onWritten;
  }

  /** @returns the empty text when there is none. */
  get(conversationId: string, kind: DraftKind): string {
    return this.#store.getItem(this.#key(conversationId, kind)) ?? "";
  }

  set(conversationId: string, kind: DraftKind, text: string): void {
    this.#keep(conversationId, kind, text);
    this.#onWritten(conversationId, kind, text);
  }

  /** Takes over what the person has written on another device, unless there is a text here. */
  restore(conversationId: string, kind: DraftKind, text: string): void {
    if (this.get(conversationId, kind) === "") this.#keep(conversationId, kind, text);
  }

  #keep(conversationId: string, kind: DraftKind, text: string): void {
    const key = this.#key(conversationId, kind);
    if (text === "") this.#store.removeItem(key);
    else this.#store.setItem(key, text);
    for (const listener of this.#listeners) listener();
  }

  /** Puts a text before what is there. */
  prepend(conversationId: string, kind: DraftKind, text: string): void {
    const written = this.get(conversationId, kind);
    this.set(conversationId, kind, [text, written].filter((part) => part !== "").join("\n"));
  }

  /**
   * Removes the person's drafts from this device.
   * @param isKept - whether a draft stays, because it is nowhere else.
   */
  forget(isKept: (conversationId: string, kind: DraftKind) => boolean): void {
    const keys = Array.from({ length: this.#store.length }, (_, index) => this.#store.key(index) ?? "");
    for (const key of keys) {
      const [conversationId, kind] = key.startsWith(this.#prefix) ? key.slice(this.#prefix.length).split(":") : [];
      if (conversationId !== undefined && !isKept(conversationId, kind === "note" ? "note" : "reply")) {
        this.#store.removeItem(key);
      }
    }
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  #key(conversationId: string, kind: DraftKind): string {
    return `${this.#prefix}${conversationId}:${kind}`;
  }

  get #prefix(): string {
    return `hilo:draft:${this.#personId}:`;
  }
}
