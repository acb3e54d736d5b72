import { expect, it } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { agentIdSchema, messageIdSchema } from "../kernel/ids.ts";
import { addSeconds, instantSchema } from "../kernel/instant.ts";
import { findUnseen } from "./find-unseen.ts";
import { noteSchema } from "./message.ts";

const [ana, ben] = ["ana", "ben"].map((id) => agentIdSchema.parse(id));
const at = instantSchema.parse("2026-03-02T10:00:00.000Z");
const newest = { id: messageIdSchema.parse("note-newest"), by: ben, at };
const conversation = sampleConversation("active", { lastStaffMessage: newest });
const seenAt = async (createdAt: string) => {
  const fakes = makeFakes();
  const { id: conversationId, threadId } = conversation;
  const base = { threadId, conversationId, text: "hello", direction: "internal", agentId: ana };
  await fakes.messages.create(noteSchema.parse({ ...base, id: "note-seen", createdAt }));
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
  expect(await findUnseen(makeFakes(), conversation, { agentId, lastSeenMessageId })).toBeDefined();
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
