import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { inAnyOrder } from "../../tests/fakes/interleave.ts";
import { CHANNEL_NUMBER, sampleChannel } from "../../tests/fakes/sample-organisation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { addOptOut } from "../consent/set-consent.ts";
import { BLOCKED_TEXT_SECONDS } from "../conversation/message.ts";
import { threadIdOf } from "../conversation/thread.ts";
import { TransientError } from "../kernel/errors.ts";
import { agentIdSchema, type ThreadId } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import { addBlock, endBlock } from "../routing/block-number.ts";
import { receiveText } from "./receive-text.ts";

const OTHER_NUMBER = "+14255550199";
const OTHER_CHANNEL = sampleChannel({ id: "other", number: OTHER_NUMBER, name: "Other number" });
const customer = sampleText().from;
const by = { agentId: agentIdSchema.parse("agent-s"), reason: "spam" };

let fakes: Fakes;
beforeEach(() => {
  fakes = makeFakes({ channels: [sampleChannel(), OTHER_CHANNEL] });
});

const block = async (one: Fakes = fakes): Promise<ThreadId> => {
  const added = await addBlock(one, { customer, ...by });
  if (added.kind !== "set") throw new Error(added.kind);
  return added.thread.value.id;
};

let texts = 0;
const write = async (text: string, to = CHANNEL_NUMBER) => {
  texts += 1;
  return receiveText(fakes, sampleText({ id: `text-${texts}`, text, to, receivedAt: addSeconds(fakes.now(), texts) }));
};

const optedOut = async () => (await fakes.threads.optedOut({ limit: 10 })).items.map(({ channelId }) => channelId);

describe("a text of a blocked number", () => {
  it.each(["hello", "Liked “See you at 7”", "HELP"])("opens no conversation and gets no reply: %s", async (text) => {
    const threadId = await block();
    expect(await write(text)).toEqual({ kind: "accepted", threadId });
    expect(fakes.conversations.all()).toEqual([]);
    expect(fakes.jobs.workItems).toEqual([]);
    expect(fakes.messages.all()).toMatchObject([
      { text, direction: "inbound", retentionSeconds: BLOCKED_TEXT_SECONDS },
    ]);
    expect(fakes.messages.all()[0]).not.toHaveProperty("conversationId");
  });

  it("is handled alike on the other channels", async () => {
    await block();
    await write("hello", OTHER_NUMBER);
    expect(fakes.conversations.all()).toEqual([]);
  });

  it("has no further effect when it is delivered again", async () => {
    await block();
    const text = sampleText();
    await receiveText(fakes, text);
    const before = fakes.messages.all();
    await receiveText(fakes, text);
    expect([fakes.messages.all(), fakes.conversations.all()]).toEqual([before, []]);
  });

  it.each([
    ["STOP", ["main"]],
    ["START", []],
  ])("records %s as consent, and confirms nothing", async (keyword, expected) => {
    await block();
    if (keyword === "START") await write("STOP");
    await write(keyword);
    expect(await optedOut()).toEqual(expected);
    expect(fakes.messages.replies()).toEqual([]);
    expect(fakes.messages.all().at(-1)).toMatchObject({ text: keyword, retentionSeconds: BLOCKED_TEXT_SECONDS });
  });

  it("opens a conversation again once the block is lifted", async () => {
    await endBlock(fakes, await block(), by);
    await write("hello");
    expect(fakes.conversations.all()).toMatchObject([{ state: "queued" }]);
  });

  it("leaves a text alone that was added to a conversation before the block", async () => {
    const text = sampleText();
    const first = await receiveText(fakes, text);
    await block();
    expect(await receiveText(fakes, text)).toEqual(first);
    expect(fakes.messages.all()[0]).not.toHaveProperty("retentionSeconds");
  });
});

describe("a channel that is added after the block", () => {
  /** The number is blocked while the organisation has one channel. */
  const blockThenAddChannel = async (): Promise<ThreadId> => {
    fakes = makeFakes();
    const threadId = await block();
    fakes.settings.seed("channels", OTHER_CHANNEL);
    return threadId;
  };

  it("has the block from the number's first text on", async () => {
    await blockThenAddChannel();
    await write("hello", OTHER_NUMBER);
    expect(fakes.conversations.all()).toEqual([]);
    const channels = (await fakes.threads.blocked({ limit: 10 })).items.map(({ channelId }) => channelId);
    expect(channels.toSorted()).toEqual(["main", "other"]);
  });

  it("has the block although an administrator has opted the customer out there before", async () => {
    await blockThenAddChannel();
    await addOptOut(fakes, { channelId: "other", customer, ...by });
    await write("hello", OTHER_NUMBER);
    expect(fakes.conversations.all()).toEqual([]);
  });

  it("does not have a block that was lifted", async () => {
    const threadId = await blockThenAddChannel();
    await endBlock(fakes, threadId, by);
    await write("hello", OTHER_NUMBER);
    expect(fakes.conversations.all()).toMatchObject([{ channelId: "other" }]);
  });
});

describe("a block that comes while a text is processed", () => {
  const until = async (act: () => Promise<unknown>): Promise<void> => {
    let isDone = false;
    while (!isDone) {
      isDone = await act().then(
        () => true,
        () => false,
      );
    }
  };

  it("leaves no open conversation, whatever the order", async () => {
    await inAnyOrder(
      async () => makeFakes(),
      [(one) => until(() => receiveText(one, sampleText())), (one) => until(() => block(one))],
      async (one) => {
        expect(one.conversations.all().every(({ state }) => state === "closed")).toBe(true);
        const [message] = one.messages.all();
        const isOfConversation = message?.conversationId !== undefined;
        expect(isOfConversation).toBe(one.conversations.all().length === 1);
        expect(message && "retentionSeconds" in message).toBe(!isOfConversation);
      },
    );
  });

  it("leaves the thread usable when a redelivery after a crash does not see the block yet", async () => {
    let writes = 0;
    fakes.hooks.afterWrite = () => {
      writes += 1;
      if (writes === 2) throw new Error("crash after the thread is written");
    };
    await receiveText(fakes, sampleText()).catch(() => undefined);
    fakes.hooks.afterWrite = undefined;
    const stale = await fakes.threads.find(threadIdOf(fakes.keyedHash, sampleText().to, customer));
    await expect(block()).rejects.toThrow(TransientError);
    vi.spyOn(fakes.threads, "find").mockResolvedValueOnce(stale);
    await receiveText(fakes, sampleText());
    expect((await fakes.threads.blocked({ limit: 1 })).items).toMatchObject([{ lastNumber: 0 }]);
    expect(fakes.messages.all()[0]).not.toHaveProperty("conversationId");
    await block();
    await write("STOP");
    expect(await optedOut()).toEqual(["main"]);
  });

  it("leaves no open conversation after a crash of the text at any write", async () => {
    for (let writes = 1; writes <= 3; writes++) {
      const one = makeFakes();
      let seen = 0;
      one.hooks.afterWrite = () => {
        seen += 1;
        if (seen === writes) throw new Error("crash");
      };
      await receiveText(one, sampleText()).catch(() => undefined);
      one.hooks.afterWrite = undefined;
      const blocked = await block(one).then(
        () => true,
        () => false,
      );
      await receiveText(one, sampleText());
      if (!blocked) await block(one);
      expect(one.conversations.all().every(({ state }) => state === "closed")).toBe(true);
      const threads = (await one.threads.blocked({ limit: 1 })).items;
      expect(threads).toMatchObject([{ lastNumber: one.conversations.all().length }]);
    }
  });
});
