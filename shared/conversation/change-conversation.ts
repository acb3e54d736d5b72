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
  ports: ChangePorts,
  target: ConversationId | Read<Conversation>,
  event: DetailEvent,
): Promise<ConversationChange> =>
  changeUnlessRefused(ports, { target, event, refuse: async (): Promise<undefined> => undefined });

type ChangePorts = Pick<Ports, "conversations" | "now">;

interface RefusableChange<R> {
  readonly target: ConversationId | Read<Conversation>;
  readonly event: DetailEvent;
  /** Returns why the version of the conversation that would be changed must not be, or undefined. */
  readonly refuse: (conversation: Conversation) => Promise<R>;
}

/**
 * Changes details of a conversation as `changeConversation` does, unless they are refused.
 * @returns the refusal of the version that would have been changed, or the outcome of the change.
 * @throws TransientError as `changeConversation` does.
 */
export const changeUnlessRefused = <R>(
  ports: ChangePorts,
  { target, event, refuse }: RefusableChange<R>,
): Promise<ConversationChange | NonNullable<R>> =>
  retryConversation(ports, target, async (stored): Promise<ConversationChange | NonNullable<R> | typeof RETRY> => {
    const refusal = await refuse(stored.value);
    if (refusal) return refusal;
    const decision = transition(stored.value, event, ports.now());
    if (decision.kind !== "moved") return decision;
    if (decision.conversation === stored.value) {
      return { kind: "changed", conversation: stored.value, etag: stored.etag };
    }
    const written = await ports.conversations.replace(stored, decision.conversation);
    return written === "stale" ? RETRY : { kind: "changed", conversation: written.value, etag: written.etag };
  });
