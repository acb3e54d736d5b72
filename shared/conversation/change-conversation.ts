import type { ConversationId } from "../kernel/ids.ts";
import type { Ports } from "../kernel/ports.ts";
import { RETRY } from "../kernel/retry-on-conflict.ts";
import type { Read } from "../kernel/stored.ts";
import type { Conversation } from "./conversation.ts";
import { type NotChanged, retryConversation } from "./retry-conversation.ts";
import type { Transition } from "./transition/outcome.ts";
import { type DetailEvent, transition } from "./transition/transition.ts";

/** The outcome of a change of details. */
export type ConversationChange =
  | { readonly kind: "changed"; readonly conversation: Conversation; readonly etag: string }
  | NotChanged
  | Exclude<Transition, { kind: "moved" }>;

/**
 * Changes details of a conversation under its etag. No capacity is claimed and nothing follows, because the events that
 * it takes change neither state, epoch nor holder.
 * @param target - the conversation, by id or as it was just read, which saves a read.
 * @returns `changed` even if nothing changed.
 * @throws TransientError when the store is unavailable, or concurrent changes do not cease. The same change may be retried.
 */
export const changeConversation = (
  ports: Pick<Ports, "conversations" | "now">,
  target: ConversationId | Read<Conversation>,
  event: DetailEvent,
): Promise<ConversationChange> =>
  retryConversation(ports, target, async (stored): Promise<ConversationChange | typeof RETRY> => {
    const decision = transition(stored.value, event, ports.now());
    if (decision.kind !== "moved") return decision;
    if (decision.conversation === stored.value) {
      return { kind: "changed", conversation: stored.value, etag: stored.etag };
    }
    const written = await ports.conversations.replace(stored, decision.conversation);
    return written === "stale" ? RETRY : { kind: "changed", conversation: written.value, etag: written.etag };
  });
