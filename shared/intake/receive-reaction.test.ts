import { describe, expect, it } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleThreadId } from "../../tests/fakes/sample-conversation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { agentIdSchema, conversationIdOf } from "../kernel/ids.ts";
import { moveConversation } from "../routing/move-conversation.ts";
import { receiveText } from "./receive-text.ts";

const threadId = sampleThreadId();
const first = conversationIdOf(threadId, 1);
const agentId = agentIdSchema.parse("agent-a");
const reaction = sampleText({ id: "reaction", text: "Liked “Reply STOP to opt out.”" });

const withOpenConversation = async () => {
  const fakes = makeFakes();
  await receiveText(fakes, sampleText());
  return fakes;
};

describe("a reaction", () => {
  it.each(["Liked “Bye!”", "👍 to “Bye!”", "Le gustó “Bye!”", "Removed a like from “Bye!”"])(
    "opens no conversation after the last one has closed, and stays with the thread: %s",
    async (text) => {
      const fakes = await withOpenConversation();
      await moveConversation(fakes, first, { kind: "close" });
      fakes.jobs.clear();
      expect(await receiveText(fakes, { ...reaction, text })).toEqual({ kind: "accepted", threadId });
      expect(fakes.conversations.all()).toHaveLength(1);
      expect(fakes.jobs.workItems).toEqual([]);
      const { items } = await fakes.messages.ofThread(threadId, { limit: 10 });
      expect(items.map((message) => message.text)).toContain(text);
    },
  );

  it("opens no conversation of a customer who has never texted", async () => {
    const fakes = makeFakes();
    expect(await receiveText(fakes, reaction)).toEqual({ kind: "accepted", threadId });
    expect(fakes.conversations.all()).toEqual([]);
    expect(await receiveText(fakes, sampleText())).toMatchObject({ conversationId: first });
  });

  it("is added to the open conversation, and changes neither its state nor what its list shows", async () => {
    const fakes = await withOpenConversation();
    await moveConversation(fakes, first, { kind: "pick", queueId: "support", agentId });
    await moveConversation(fakes, first, { kind: "park", agentId });
    const [before] = fakes.conversations.all();
    expect(await receiveText(fakes, reaction)).toMatchObject({ conversationId: first });
    expect(fakes.conversations.all()).toEqual([{ ...before, textIds: ["acs:first", "acs:reaction"] }]);
    const { items } = await fakes.messages.ofConversation(first, { limit: 10 });
    expect(items).toHaveLength(2);
  });

  it("is no request to stop, although it quotes one", async () => {
    const fakes = await withOpenConversation();
    await receiveText(fakes, reaction);
    expect(fakes.conversations.all()).toMatchObject([{ asksToStop: false, optedOut: false }]);
    expect(fakes.messages.all().filter((message) => "asksToStop" in message)).toEqual([]);
  });

  it("has no further effect when it is redelivered, also after the next conversation has opened", async () => {
    const fakes = await withOpenConversation();
    await receiveText(fakes, reaction);
    await receiveText(fakes, reaction);
    await moveConversation(fakes, first, { kind: "close" });
    await receiveText(fakes, sampleText({ id: "second" }));
    expect(await receiveText(fakes, reaction)).toMatchObject({ conversationId: first });
    expect(fakes.messages.all()).toHaveLength(3);
    expect(fakes.conversations.all()[1]).toMatchObject({ textIds: ["acs:second"] });
  });
});

describe("a text that asks to stop in other words than a keyword", () => {
  it("is marked, and so is its conversation", async () => {
    const fakes = await withOpenConversation();
    await receiveText(fakes, sampleText({ id: "second", text: "I said stop" }));
    expect(fakes.conversations.all()).toMatchObject([{ asksToStop: true }]);
    expect(fakes.messages.all()).toMatchObject([{ id: "acs:first" }, { id: "acs:second", asksToStop: true }]);
  });

  it("marks the conversation that it opens", async () => {
    const fakes = makeFakes();
    await receiveText(fakes, sampleText({ text: "no me escriban más" }));
    expect(fakes.conversations.all()).toMatchObject([{ asksToStop: true }]);
  });
});
