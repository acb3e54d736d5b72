import { expect, it } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { storeReply } from "../../tests/fakes/stored-reply.ts";
import { instantSchema } from "../kernel/instant.ts";
import { liveMessages } from "./live-messages.ts";

const at = instantSchema.parse("2026-03-02T10:31:00.000Z");

/** A stored reply of agent-a, in a store with live updates. */
const make = async () => {
  const fakes = makeFakes();
  const { threadId, messageId } = await storeReply(fakes);
  const [conversation] = fakes.conversations.all();
  if (!conversation) throw new Error("no conversation");
  const messages = liveMessages(fakes.messages, fakes.liveUpdates);
  return { messages, threadId, messageId, conversationId: conversation.id, changes: fakes.liveUpdates.changes };
};

it("notifies the author of a reply when its delivery state changes", async () => {
  const { messages, threadId, messageId, conversationId, changes } = await make();
  const advanced = await messages.advanceDelivery(threadId, messageId, { state: "delivered", at });
  expect(advanced).toMatchObject({ state: "delivered" });
  expect(changes).toEqual([{ kind: "message", conversationId, messageId, agentIds: ["agent-a"] }]);
});

it("does not notify of a report that changes nothing", async () => {
  const { messages, threadId, messageId, changes } = await make();
  await messages.advanceDelivery(threadId, messageId, { state: "delivered", at });
  expect(await messages.advanceDelivery(threadId, messageId, { state: "sent", at })).toBe("unmoved");
  expect(changes).toHaveLength(1);
});
