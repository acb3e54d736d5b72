import type { LiveChange, LiveUpdates } from "../kernel/live-updates.ts";
import { overrideMethods } from "../kernel/override-methods.ts";
import { type Conversation, ownerOf } from "./conversation.ts";
import type { Conversations } from "./conversations.ts";
import type { KnownOwners } from "./known-owners.ts";

/**
 * Makes a store that notifies consoles of each change of a conversation, once it is stored.
 * @param live.owners - gets the owner after each change.
 */
export const liveConversations = (
  conversations: Conversations,
  { liveUpdates, owners }: { readonly liveUpdates: LiveUpdates; readonly owners: KnownOwners },
): Conversations => {
  const notify = (before: Conversation | undefined, after: Conversation) => {
    owners.record(after.id, ownerOf(after));
    liveUpdates.notify(changeOf(before, after));
  };
  return overrideMethods(conversations, {
    create: async (conversation) => {
      const created = await conversations.create(conversation);
      if (created !== "exists") notify(undefined, created.value);
      return created;
    },
    replace: async (stored, next) => {
      const written = await conversations.replace(stored, next);
      if (written !== "stale") notify(stored.value, written.value);
      return written;
    },
  });
};

/** Names who has to look again: those who see the conversation in a list now, and those who saw it there before. */
const changeOf = (before: Conversation | undefined, after: Conversation): LiveChange => {
  const versions = before ? [before, after] : [after];
  return {
    kind: "conversation",
    conversationId: after.id,
    agentIds: unique(versions.flatMap((version) => ownerOf(version) ?? [])),
    queueIds: unique(versions.flatMap(({ state, queueId }) => (state === "queued" ? queueId : []))),
  };
};

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];
