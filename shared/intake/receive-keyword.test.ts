import { describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleThreadId } from "../../tests/fakes/sample-conversation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { isOptedOut } from "../consent/consent.ts";
import { agentIdSchema, conversationIdOf } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import { moveConversation } from "../routing/move-conversation.ts";
import { receiveText } from "./receive-text.ts";

const threadId = sampleThreadId();
const first = conversationIdOf(threadId, 1);
const agentId = agentIdSchema.parse("agent-a");
const START = sampleText().receivedAt;

/** Receives the n-th text, n seconds after the first. */
const say = (fakes: Fakes, n: number, text: string) =>
  receiveText(fakes, sampleText({ id: `text-${n}`, text, receivedAt: addSeconds(START, n) }));

const optedOut = async ({ threads }: Fakes): Promise<boolean> => {
  const thread = await threads.find(threadId);
  return thread ? isOptedOut(thread.value) : false;
};

describe("a keyword", () => {
  it.each(["STOP", "START", "HELP"])("is stored and opens no conversation: %s", async (keyword) => {
    const fakes = makeFakes();
    expect(await say(fakes, 1, keyword)).toEqual({ kind: "accepted", threadId });
    expect(fakes.conversations.all()).toEqual([]);
    expect(fakes.jobs.workItems).toEqual([]);
    const received = fakes.messages.all().filter(({ direction }) => direction === "inbound");
    expect(received).toMatchObject([{ text: keyword }]);
    expect(await optedOut(fakes)).toBe(keyword === "STOP");
  });

  it("is added to an open conversation, and does not change its state", async () => {
    const fakes = makeFakes();
    await say(fakes, 1, "hello");
    await moveConversation(fakes, first, { kind: "pick", queueId: "support", agentId });
    await moveConversation(fakes, first, { kind: "park", agentId });
    expect(await say(fakes, 2, "Stop.")).toMatchObject({ conversationId: first });
    expect(fakes.conversations.all()).toMatchObject([
      { state: "waiting", optedOut: true, preview: "Stop.", textIds: ["acs:text-1", "acs:text-2"] },
    ]);
  });

  it("opens no conversation after the last one has closed", async () => {
    const fakes = makeFakes();
    await say(fakes, 1, "hello");
    await moveConversation(fakes, first, { kind: "close" });
    expect(await say(fakes, 2, "STOP")).toEqual({ kind: "accepted", threadId });
    expect(fakes.conversations.all()).toMatchObject([{ state: "closed", optedOut: false }]);
  });

  it("is not added to a later conversation when it is redelivered", async () => {
    const fakes = makeFakes();
    await say(fakes, 1, "STOP");
    await say(fakes, 2, "but I do have a question");
    expect(await say(fakes, 1, "STOP")).toEqual({ kind: "accepted", threadId });
    expect(fakes.conversations.all()).toMatchObject([{ preview: "but I do have a question", textIds: ["acs:text-2"] }]);
  });

  it("stays in its conversation when it is redelivered after the next one has opened", async () => {
    const fakes = makeFakes();
    await say(fakes, 1, "hello");
    await say(fakes, 2, "STOP");
    await moveConversation(fakes, first, { kind: "close" });
    await say(fakes, 3, "but I do have a question");
    expect(await say(fakes, 2, "STOP")).toMatchObject({ conversationId: first });
    const [, second] = fakes.conversations.all();
    expect(second).toMatchObject({ textIds: ["acs:text-3"], optedOut: true });
  });

  it("opts out the next conversation too", async () => {
    const fakes = makeFakes();
    await say(fakes, 1, "STOP");
    await say(fakes, 2, "but I do have a question");
    expect(fakes.conversations.all()).toMatchObject([{ state: "queued", optedOut: true }]);
  });

  it.each([
    [["STOP", "START"], false],
    [["START", "STOP"], true],
    [["STOP", "YES"], false],
  ])("applies in the order of sending: %j", async (said, expected) => {
    const fakes = makeFakes();
    await say(fakes, 0, "hello");
    for (const [n, text] of said.entries()) await say(fakes, n + 1, text);
    expect(await optedOut(fakes)).toBe(expected);
    expect(fakes.conversations.all()[0]?.optedOut).toBe(expected);
  });

  it("does not override a later keyword when it arrives after it", async () => {
    const fakes = makeFakes();
    await say(fakes, 0, "hello");
    await say(fakes, 2, "START");
    await say(fakes, 1, "STOP");
    expect(await optedOut(fakes)).toBe(false);
    expect(fakes.conversations.all()[0]?.optedOut).toBe(false);
  });

  it("does not override a later keyword when it is redelivered", async () => {
    const fakes = makeFakes();
    await say(fakes, 0, "hello");
    await say(fakes, 1, "STOP");
    await say(fakes, 2, "START");
    await say(fakes, 1, "STOP");
    expect(await optedOut(fakes)).toBe(false);
    expect(fakes.conversations.all()[0]?.optedOut).toBe(false);
    expect(fakes.messages.all()).toHaveLength(3);
  });
});

describe("YES", () => {
  it("is an ordinary text without an opt-out", async () => {
    const fakes = makeFakes();
    await say(fakes, 1, "yes");
    expect(fakes.conversations.all()).toMatchObject([{ state: "queued", preview: "yes" }]);
  });

  it("opens no conversation when it is redelivered after it has ended the opt-out", async () => {
    const fakes = makeFakes();
    await say(fakes, 1, "STOP");
    await say(fakes, 2, "YES");
    expect(await say(fakes, 2, "YES")).toEqual({ kind: "accepted", threadId });
    expect(fakes.conversations.all()).toEqual([]);
    expect(await optedOut(fakes)).toBe(false);
  });

  it("opens no conversation when it is redelivered after a later keyword", async () => {
    const fakes = makeFakes();
    await say(fakes, 1, "STOP");
    await say(fakes, 2, "YES");
    await say(fakes, 3, "START");
    expect(await say(fakes, 2, "YES")).toEqual({ kind: "accepted", threadId });
    expect(fakes.conversations.all()).toEqual([]);
  });
});
