import { expect, it } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { agentIdSchema, messageIdSchema } from "../kernel/ids.ts";
import { addSeconds, instantSchema } from "../kernel/instant.ts";
import { findUnseen } from "./find-unseen.ts";
import { noteSchema } from "./message.ts";

const [ana, ben] = ["ana", "ben"].map((id) => agentIdSchema.parse(id));
const at = instantSchema.parse("2026-03-02T10:30:00.000Z");
const newest = { id: messageIdSchema.parse("note-newest"), by: ben, at };
const conversation = sampleConversation("active", { lastStaffMessage: newest });

const { id: conversationId, threadId } = conversation;
const noteOf = (id: string, author: typeof ana, createdAt: string) =>
  noteSchema.parse({ threadId, conversationId, text: "hello", direction: "internal", id, agentId: author, createdAt });

/** The stores, in which the newest message is. */
const withNewest = async () => {
  const fakes = makeFakes();
  await fakes.messages.create(noteOf(newest.id, ben, at));
  return fakes;
};

const seenAt = async (createdAt: string) => {
  const fakes = await withNewest();
  await fakes.messages.create(noteOf("note-seen", ana, createdAt));
  return fakes;
};
const lastSeenMessageId = messageIdSchema.parse("note-seen");
const agentId = ana ?? expect.fail();

it("finds the newest message of a colleague that is newer than the one that was seen", async () => {
  const fakes = await seenAt(addSeconds(at, -0.001));
  expect(await findUnseen(fakes, conversation, { agentId, lastSeenMessageId })).toEqual({
    kind: "newer-message",
    newerMessage: newest,
  });
});

it("finds it when the message that was seen does not exist", async () => {
  expect(await findUnseen(await withNewest(), conversation, { agentId, lastSeenMessageId })).toBeDefined();
});

it("finds a newest message that a replica may not show yet, but not one that was never stored", async () => {
  const fakes = makeFakes();
  fakes.clock.advance(59);
  expect(await findUnseen(fakes, conversation, { agentId, lastSeenMessageId })).toBeDefined();
  fakes.clock.advance(1);
  expect(await findUnseen(fakes, conversation, { agentId, lastSeenMessageId })).toBeUndefined();
});

it("finds nothing when a message was seen that is as new", async () => {
  expect(await findUnseen(await seenAt(at), conversation, { agentId, lastSeenMessageId })).toBeUndefined();
});

it.each([
  ["nothing was asked", conversation, { agentId, lastSeenMessageId: undefined }],
  ["the newest message was seen", conversation, { agentId, lastSeenMessageId: newest.id }],
  ["the author wrote it", conversation, { agentId: ben ?? agentId, lastSeenMessageId }],
  ["there is none", sampleConversation("active"), { agentId, lastSeenMessageId }],
])("finds nothing, without a read, when %s", async (_, value, author) => {
  const fakes = makeFakes();
  fakes.hooks.before = (operation) => expect.fail(operation);
  expect(await findUnseen(fakes, value, author)).toBeUndefined();
});
