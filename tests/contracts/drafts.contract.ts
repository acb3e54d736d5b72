import { describe, expect, it } from "vitest";
import type { Draft, Drafts } from "../../shared/conversation/drafts.ts";
import type { Messages } from "../../shared/conversation/messages.ts";
import { messageIdSchema, threadOf } from "../../shared/kernel/ids.ts";
import { at, newAgentId, newConversationId } from "./sample-ids.ts";

const newDraft = (some: Partial<Draft> = {}): Draft => ({
  conversationId: newConversationId(),
  agentId: newAgentId(),
  kind: "reply",
  text: "Dear Robin",
  updatedAt: at(0),
  ...some,
});

/** The contract of the port `Drafts`. */
export const draftsContract = (make: () => Promise<{ readonly drafts: Drafts; readonly messages: Messages }>): void => {
  describe("as a store of drafts", () => {
    it("finds a draft by conversation, agent and kind, and returns undefined for any other", async () => {
      const { drafts } = await make();
      const draft = newDraft();
      await drafts.save(draft);
      expect(await drafts.find(draft)).toEqual(draft);
      expect(await drafts.find({ ...draft, kind: "note" })).toBeUndefined();
      expect(await drafts.find({ ...draft, agentId: newAgentId() })).toBeUndefined();
      expect(await drafts.find({ ...draft, conversationId: newConversationId() })).toBeUndefined();
    });

    it("keeps the draft that was saved last", async () => {
      const { drafts } = await make();
      const draft = newDraft();
      await drafts.save(draft);
      const next = { ...draft, text: "Dear Robin, ".repeat(800), updatedAt: at(1) };
      await drafts.save(next);
      expect(await drafts.find(draft)).toEqual(next);
    });

    it("removes a draft, and ignores one that does not exist", async () => {
      const { drafts } = await make();
      const draft = newDraft();
      await drafts.save(draft);
      await drafts.remove(draft);
      await drafts.remove(draft);
      expect(await drafts.find(draft)).toBeUndefined();
    });

    it("shows no draft among the messages", async () => {
      const { drafts, messages } = await make();
      const draft = newDraft();
      const { conversationId, agentId, kind } = draft;
      await drafts.save(draft);
      const threadId = threadOf(conversationId);
      expect(await messages.ofConversation(conversationId, { limit: 10 })).toEqual({ items: [] });
      expect(await messages.ofThread(threadId, { limit: 10 })).toEqual({ items: [] });
      expect(await messages.lastReplyAt(conversationId)).toBeUndefined();
      const id = messageIdSchema.parse(`draft:${conversationId}:${agentId}:${kind}`);
      expect(await messages.find(threadId, id)).toBeUndefined();
    });
  });
};
