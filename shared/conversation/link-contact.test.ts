import { beforeEach, describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { sampleContact } from "../../tests/fakes/sample-organisation.ts";
import { contactIdSchema } from "../contact/contact.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import { linkContact } from "./link-contact.ts";
import { newThread } from "./thread.ts";

const CONVERSATION = sampleConversation("active");
const ACTOR = { agentId: agentIdSchema.parse("agent-a"), supervisor: false };
const [ana, leo] = ["ana", "leo"].map((id) => contactIdSchema.parse(id));

let fakes: Fakes;
beforeEach(() => {
  fakes = makeFakes({ contacts: [sampleContact("ana")] });
  fakes.conversations.seed(CONVERSATION);
});

const createThread = async () => {
  const { threadId, channelId, customer } = CONVERSATION;
  const created = await fakes.threads.create(newThread({ id: threadId, channelId, channelNumber: customer, customer }));
  if (created === "exists") throw new Error(created);
  return created;
};

const link = async (contactId = ana) => {
  const read = await fakes.conversations.find(CONVERSATION.id);
  if (!read || !contactId) throw new Error("nothing to link");
  return linkContact(fakes, read, { contactId, actor: ACTOR });
};

describe("linkContact", () => {
  it("links the conversation and its thread", async () => {
    await createThread();
    const contact = { kind: "linked", contactId: ana };
    expect(await link()).toMatchObject({ kind: "changed", conversation: { contact } });
    expect((await fakes.threads.find(CONVERSATION.threadId))?.value.contactId).toBe(ana);
  });

  it("does not write the thread again when it is linked to the contact", async () => {
    await createThread();
    await link();
    const thread = await fakes.threads.find(CONVERSATION.threadId);
    expect(await link()).toMatchObject({ kind: "changed" });
    expect(await fakes.threads.find(CONVERSATION.threadId)).toEqual(thread);
  });

  it("links a conversation whose thread is not visible yet", async () => {
    expect(await link()).toMatchObject({ kind: "changed" });
    expect(await fakes.threads.find(CONVERSATION.threadId)).toBeUndefined();
  });

  it("changes nothing for an unknown contact", async () => {
    await createThread();
    expect(await link(leo)).toEqual({ kind: "unknown-contact" });
    expect((await fakes.threads.find(CONVERSATION.threadId))?.value.contactId).toBeUndefined();
  });
});
