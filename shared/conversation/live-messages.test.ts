import { expect, it } from "vitest";
import { LruKnownOwners } from "../../infra/memory/lru-known-owners.ts";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { agentIdSchema, messageIdSchema } from "../kernel/ids.ts";
import { instantSchema } from "../kernel/instant.ts";
import { liveMessages } from "./live-messages.ts";
import { inboundMessageOf, type Note, type OutboundMessage } from "./message.ts";

const at = instantSchema.parse("2026-03-02T10:31:00.000Z");
const [ana, ben] = [agentIdSchema.parse("agent-a"), agentIdSchema.parse("agent-b")];
const { id: conversationId, threadId } = sampleConversation("active");
const messageId = messageIdSchema.parse("out-1");

const replyWith = (some: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: messageId,
  threadId,
  conversationId,
  direction: "outbound",
  state: "queued",
  text: "good morning",
  segments: 1,
  createdAt: at,
  stateChangedAt: at,
  agentId: ana,
  ...some,
});

const note: Note = {
  id: messageIdSchema.parse("note-1"),
  threadId,
  conversationId,
  direction: "internal",
  text: "call back",
  createdAt: at,
  agentId: ben,
};

const change = { kind: "message", conversationId, messageId, agentIds: [ana] };

/** A store with live updates, and what they were notified of. */
const make = () => {
  const { messages, liveUpdates } = makeFakes();
  const owners = new LruKnownOwners();
  return { messages: liveMessages(messages, { liveUpdates, owners }), owners, changes: liveUpdates.changes };
};

it("notifies the author of a reply that is stored, and of its delivery states", async () => {
  const { messages, changes } = make();
  await messages.create(replyWith());
  const advanced = await messages.advanceDelivery(threadId, messageId, { state: "delivered", at });
  expect(advanced).toMatchObject({ state: "delivered" });
  expect(changes).toEqual([change, change]);
});

it("notifies the owner of the conversation of a colleague's note", async () => {
  const { messages, owners, changes } = make();
  owners.record(conversationId, ana);
  await messages.create(note);
  expect(changes).toEqual([{ ...change, messageId: note.id, agentIds: [ben, ana] }]);
});

it("notifies the owner of an automatic text", async () => {
  const { messages, owners, changes } = make();
  owners.record(conversationId, ana);
  const { agentId: _, ...automatic } = replyWith();
  await messages.create(automatic);
  expect(changes).toEqual([change]);
});

it.each(["withdraw", "release"] as const)("notifies of the end of a reply's hold: %s", async (end) => {
  const { messages, changes } = make();
  await messages.create(replyWith({ state: "held", sendAt: at }));
  await messages[end](threadId, messageId, at);
  expect(await messages[end](threadId, messageId, at)).toBeUndefined();
  expect(changes).toEqual([change, change]);
});

it("does not notify of what was not stored, or changes nothing", async () => {
  const { messages, changes } = make();
  await messages.create(replyWith());
  expect(await messages.create(replyWith())).toBe("exists");
  await messages.advanceDelivery(threadId, messageId, { state: "delivered", at });
  expect(await messages.advanceDelivery(threadId, messageId, { state: "sent", at })).toBe("unmoved");
  expect(await messages.withdraw(threadId, messageId, at)).toBeUndefined();
  expect(changes).toHaveLength(2);
});

it("leaves a text of the customer, and one outside of a conversation, to others", async () => {
  const { messages, changes } = make();
  await messages.create(inboundMessageOf(sampleText(), threadId, conversationId));
  const { conversationId: _, ...outside } = replyWith();
  await messages.create(outside);
  expect(changes).toEqual([]);
});
