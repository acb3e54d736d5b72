import type { LiveUpdates } from "../kernel/live-updates.ts";
import { overrideMethods } from "../kernel/override-methods.ts";
import type { KnownOwners } from "./known-owners.ts";
import type { Message } from "./message.ts";
import type { Messages } from "./messages.ts";

/**
 * Makes a store that notifies consoles of each reply, automatic text and note, and of each change of its state, once it is
 * stored. A text of the customer is stored before the conversation that it changes: see `liveConversations`.
 */
export const liveMessages = (
  messages: Messages,
  { liveUpdates, owners }: { readonly liveUpdates: LiveUpdates; readonly owners: KnownOwners },
): Messages => {
  const notify = (message: Message) => {
    if (message.direction === "inbound" || message.conversationId === undefined) return;
    const { id: messageId, conversationId, agentId } = message;
    const concerned = [agentId, owners.find(conversationId)].filter((id) => id !== undefined);
    liveUpdates.notify({ kind: "message", conversationId, messageId, agentIds: [...new Set(concerned)] });
  };
  return overrideMethods(messages, {
    create: async (message) => {
      const created = await messages.create(message);
      if (created === "created") notify(message);
      return created;
    },
    advanceDelivery: async (threadId, id, change) => {
      const advanced = await messages.advanceDelivery(threadId, id, change);
      if (typeof advanced !== "string") notify(advanced);
      return advanced;
    },
    release: async (threadId, id, at) => {
      const released = await messages.release(threadId, id, at);
      if (released) notify(released);
      return released;
    },
    withdraw: async (threadId, id, at) => {
      const withdrawn = await messages.withdraw(threadId, id, at);
      if (withdrawn) notify(withdrawn);
      return withdrawn;
    },
  });
};
