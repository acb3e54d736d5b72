import type { LiveUpdates } from "../kernel/live-updates.ts";
import { overrideMethods } from "../kernel/override-methods.ts";
import type { Messages } from "./messages.ts";

/**
 * Makes a store that notifies consoles of each change of a reply's delivery state, once it is stored. A new message
 * changes its conversation too, which is notified of: see `liveConversations`.
 */
export const liveMessages = (messages: Messages, liveUpdates: LiveUpdates): Messages =>
  overrideMethods(messages, {
    advanceDelivery: async (threadId, id, change) => {
      const advanced = await messages.advanceDelivery(threadId, id, change);
      if (typeof advanced !== "string" && advanced.conversationId !== undefined) {
        const { conversationId, agentId } = advanced;
        const agentIds = agentId === undefined ? [] : [agentId];
        liveUpdates.notify({ kind: "message", conversationId, messageId: id, agentIds });
      }
      return advanced;
    },
  });
