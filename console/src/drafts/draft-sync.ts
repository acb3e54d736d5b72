import type { DraftKind } from "./drafts.ts";

export interface DraftSyncOptions {
  /** Stores a draft at the API. @throws when it cannot be stored now. */
  readonly save: (conversationId: string, kind: DraftKind, text: string) => Promise<void>;
  readonly wait: (ms: number) => Promise<void>;
}

/** How long a person may go on writing until a draft is saved, in milliseconds. */
const PAUSE_MS = 2_000;

interface Unsaved {
  readonly conversationId: string;
  readonly kind: DraftKind;
  readonly text: string;
}

/**
 * Saves drafts at the API, so that they are there on the person's other devices. One request at a time, and of each draft
 * the newest text only. A draft that cannot be saved stays on this device, and is saved with the next one.
 */
export class DraftSync {
  readonly #options: DraftSyncOptions;
  readonly #unsaved = new Map<string, Unsaved>();
  #isScheduled = false;
  #saved: Promise<void> = Promise.resolve();

  constructor(options: DraftSyncOptions) {
    this.#options = options;
  }

  /** Whether the newest text of a draft has not been saved yet. */
  isUnsaved(conversationId: string, kind: DraftKind): boolean {
    return this.#unsaved.has(keyOf(conversationId, kind));
  }

  /** The person has changed a draft. */
  changed(conversationId: string, kind: DraftKind, text: string): void {
    this.#unsaved.set(keyOf(conversationId, kind), { conversationId, kind, text });
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    void this.#options.wait(PAUSE_MS).then(() => {
      this.#isScheduled = false;
      return this.flush();
    });
  }

  /** Saves at once what is not saved yet, after the request that is open. */
  flush(): Promise<void> {
    this.#saved = this.#saved.then(() => this.#saveAll());
    return this.#saved;
  }

  async #saveAll(): Promise<void> {
    for (const [key, draft] of this.#unsaved) {
      try {
        await this.#options.save(draft.conversationId, draft.kind, draft.text);
        if (this.#unsaved.get(key) === draft) this.#unsaved.delete(key);
      } catch {
        // It is kept on this device, and stays unsaved until the next attempt.
      }
    }
  }
}

const keyOf = (conversationId: string, kind: DraftKind): string => `${conversationId}:${kind}`;
