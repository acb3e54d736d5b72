import type { AgentId, ConversationId } from "../kernel/ids.ts";
import type { Instant } from "../kernel/instant.ts";

/** The kinds of draft. */
export const DRAFT_KINDS = ["reply", "note"] as const;
type DraftKind = (typeof DRAFT_KINDS)[number];

/** Identifies a draft: an agent has one of each kind in a conversation. */
export interface DraftKey {
  readonly conversationId: ConversationId;
  readonly agentId: AgentId;
  readonly kind: DraftKind;
}

/** A text that an agent has begun to write. Only that agent sees it. */
export interface Draft extends DraftKey {
  readonly text: string;
  readonly updatedAt: Instant;
}

/** Most UTF-16 code units of a draft: more than a reply or a note may have, because it is not finished. */
export const DRAFT_CAP = 10_000;

/** How long a draft is kept after it was saved, in seconds: 30 days. */
export const DRAFT_SECONDS = 30 * 86_400;

/**
 * The store of drafts, which are kept for `DRAFT_SECONDS`. Nothing that happens to the conversation removes one. Every method
 * throws TransientError when the store is unavailable or throttles.
 */
export interface Drafts {
  /** Stores a draft in place of the one with its key. */
  save(draft: Draft): Promise<void>;
  /** Removes a draft. One that does not exist is ignored. */
  remove(key: DraftKey): Promise<void>;
  /** @returns `undefined` when there is no such draft. */
  find(key: DraftKey): Promise<Draft | undefined>;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly drafts: Drafts;
  }
}
