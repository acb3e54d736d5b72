import { beforeEach, describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { storeOlderThread } from "../../tests/fakes/older-thread.ts";
import { sampleChannel, sampleContact } from "../../tests/fakes/sample-organisation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { hasOptedOut } from "../consent/consent.ts";
import { addOptOut, endOptOut, recordProviderOptOut } from "../consent/set-consent.ts";
import { inboundMessageOf } from "../conversation/message.ts";
import { findThreads, valuesOf } from "../conversation/subscriber-threads.ts";
import type { Consent } from "../conversation/thread.ts";
import { agentIdSchema, type ConversationId, conversationIdOf } from "../kernel/ids.ts";
import { type Instant, instantSchema } from "../kernel/instant.ts";
import { moveConversation } from "../routing/move-conversation.ts";
import { viewConversation } from "../routing/view-conversation.ts";
import { reply } from "../sending/reply.ts";
import { sendReply } from "../sending/send-reply.ts";
import { addressSchema } from "../sms/address.ts";
import { receiveText } from "./receive-text.ts";

/** The written forms of one subscriber, the canonical one first. */
const SUBSCRIBERS = [
  ["Mexico", "+525512345678", "+5215512345678"],
  ["Argentina", "+5491123456789", "+541123456789"],
  ["Brazil", "+5511981234567", "+551181234567"],
  ["Ivory Coast", "+2250707123456", "+22507123456"],
  ["Benin", "+2290197123456", "+22997123456"],
  ["Viet Nam", "+84381234567", "+841681234567"],
  ["the United Kingdom", "+447911123456", "+4407911123456"],
] as const;

const [CANONICAL, OLD] = ["+525512345678", "+5215512345678"] as const;
const LONG_AGO = "2026-01-01T00:00:00.000Z";
const agentId = agentIdSchema.parse("agent-a");

let fakes: Fakes;
let sent = 0;
beforeEach(() => {
  fakes = makeFakes();
});

interface Words {
  readonly from: string;
  readonly to?: string;
  readonly at?: Instant;
}

const write = async (text: string, { from, to, at }: Words) => {
  fakes.clock.advance(1);
  sent += 1;
  const received = await receiveText(
    fakes,
    sampleText({ id: `text-${sent}`, text, from, ...(to && { to }), receivedAt: at ?? fakes.now() }),
  );
  if (received.kind !== "accepted") throw new Error(received.kind);
  return received;
};

/** Opens a conversation with a text and accepts it as agent-a. @returns its id. */
const openAndAccept = async (words: Words): Promise<ConversationId> => {
  const { conversationId } = await write("hello", words);
  if (!conversationId) throw new Error("no conversation was opened");
  await moveConversation(fakes, conversationId, { kind: "pick", queueId: "support", agentId });
  return conversationId;
};

/** Sends a reply. @returns the outcome, and the address that got it. */
const replyTo = async (conversationId: ConversationId) => {
  const replied = await reply(fakes, { conversationId, agentId, text: "good morning" });
  if (replied.kind !== "queued") return replied.kind;
  const { threadId, id: messageId } = replied.message;
  const outcome = await sendReply(fakes, { threadId, messageId });
  return outcome.kind === "sent" ? fakes.provider.sent.at(-1)?.to : outcome.kind;
};

const isOptedOut = async (customer: string = CANONICAL): Promise<boolean> => {
  const parties = { channelNumber: sampleChannel().number, customer: addressSchema.parse(customer) };
  return hasOptedOut(valuesOf(await findThreads(fakes, parties)));
};

const optOut = (changedAt: string): Consent => ({
  optedOut: true,
  changedAt: instantSchema.parse(changedAt),
  source: { kind: "provider" },
});

describe.each(SUBSCRIBERS)("a subscriber of %s with two written forms", (_, canonical, old) => {
  it("has one thread and one conversation", async () => {
    const first = await write("hello", { from: old });
    const second = await write("are you there?", { from: canonical });
    expect(second).toEqual(first);
    expect(fakes.conversations.all()).toMatchObject([{ customer: old, preview: "are you there?" }]);
  });

  it.each([
    [canonical, old],
    [old, canonical],
  ])("is opted out by a STOP from %s, also when writing from %s", async (first, second) => {
    await write("STOP", { from: first });
    const id = await openAndAccept({ from: second });
    expect((await fakes.conversations.find(id))?.value.optedOut).toBe(true);
    expect(await replyTo(id)).toBe("recipient-opted-out");
    await write("START", { from: second });
    expect(await isOptedOut(first)).toBe(false);
    expect(await replyTo(id)).toBe(second);
  });
});

describe("a contact", () => {
  it.each(
    SUBSCRIBERS.slice(0, -1).flatMap(([, canonical, old]) => [
      [canonical, old],
      [old, canonical],
    ]),
  )("is known by the number %s when the text comes from %s", async (number, from) => {
    fakes = makeFakes({ contacts: [sampleContact("ana", { mobilePhone: number })] });
    await write("hello", { from });
    expect(fakes.conversations.all()).toMatchObject([{ contact: { kind: "linked", contactId: "ana" } }]);
  });
});

describe("a channel whose number has two written forms", () => {
  it.each([
    [CANONICAL, OLD],
    [OLD, CANONICAL],
  ])("receives at %s what the provider writes to %s, and sends from its own form", async (number, to) => {
    fakes = makeFakes({ channels: [sampleChannel({ number })] });
    const id = await openAndAccept({ from: "+14255550123", to });
    expect(await replyTo(id)).toBe("+14255550123");
    expect(fakes.provider.sent).toMatchObject([{ from: number }]);
  });

  it("continues a thread that began with the other form", async () => {
    fakes = makeFakes({ channels: [sampleChannel({ number: CANONICAL })] });
    const older = await storeOlderThread(fakes, {
      customer: "+14255550123",
      channelNumber: OLD,
      conversation: { state: "active", openedAt: LONG_AGO },
    });
    const { threadId, conversationId } = await write("hello", { from: "+14255550123", to: CANONICAL });
    expect([threadId, conversationId]).toEqual([older.id, conversationIdOf(older.id, 1)]);
    expect(await replyTo(conversationIdOf(older.id, 1))).toBe("+14255550123");
  });
});

describe("a reply", () => {
  it("goes to the form that the customer last wrote from", async () => {
    const id = await openAndAccept({ from: OLD });
    expect(await replyTo(id)).toBe(OLD);
    await write("hello?", { from: CANONICAL });
    expect(await replyTo(id)).toBe(CANONICAL);
    await write("hello?", { from: OLD });
    expect(await replyTo(id)).toBe(OLD);
  });

  it("does not go to the form of an older text that arrives late", async () => {
    const id = await openAndAccept({ from: OLD });
    const before = fakes.now();
    fakes.clock.advance(60);
    await write("hello?", { from: CANONICAL });
    await write("hello?", { from: OLD });
    await write("late", { from: CANONICAL, at: before });
    expect(await replyTo(id)).toBe(OLD);
  });
});

describe("threads that were made apart", () => {
  const older = (customer: string, state: "active" | "closed", consent?: Consent) =>
    storeOlderThread(fakes, { customer, conversation: { state, openedAt: LONG_AGO }, ...(consent && { consent }) });

  it("keep their ids, and the one with the open conversation goes on", async () => {
    await older(CANONICAL, "closed");
    const old = await older(OLD, "active");
    expect(await write("hello", { from: CANONICAL })).toMatchObject({
      threadId: old.id,
      conversationId: conversationIdOf(old.id, 1),
    });
    expect(await write("hello", { from: OLD })).toMatchObject({ threadId: old.id });
    expect((await fakes.threads.find(old.id))?.value.id).toBe(old.id);
  });

  it("are opted out all when one is", async () => {
    const old = await older(OLD, "closed", optOut(LONG_AGO));
    await older(CANONICAL, "active");
    const { threadId, conversationId } = await write("hello", { from: CANONICAL });
    expect(threadId).not.toBe(old.id);
    if (!conversationId) throw new Error("no conversation");
    expect(await replyTo(conversationId)).toBe("failed");
    expect(fakes.messages.replies()).toMatchObject([{ failure: "recipient-opted-out" }]);
    const stored = await fakes.conversations.find(conversationId);
    if (stored) expect((await viewConversation(fakes, stored.value)).consent?.optedOut).toBe(true);
  });

  it("are opted in all by a START, and by YES", async () => {
    for (const word of ["START", "YES"]) {
      fakes = makeFakes();
      const old = await older(OLD, "active", optOut(LONG_AGO));
      await older(CANONICAL, "active");
      await write(word, { from: CANONICAL });
      expect(await isOptedOut(), word).toBe(false);
      expect((await fakes.conversations.find(conversationIdOf(old.id, 1)))?.value.optedOut).toBe(false);
    }
  });

  it("are opted out all by a STOP, in every open conversation", async () => {
    await older(OLD, "active");
    await older(CANONICAL, "active");
    await write("STOP", { from: OLD });
    expect(fakes.conversations.all().map(({ optedOut }) => optedOut)).toEqual([true, true]);
  });

  it("stay opted in after a START when an older opt-out becomes known on one of them", async () => {
    const old = await older(OLD, "active");
    await older(CANONICAL, "active");
    const before = fakes.now();
    await write("START", { from: CANONICAL });
    await recordProviderOptOut(fakes, old.id, before);
    expect(await isOptedOut()).toBe(false);
  });

  it("are opted in all when an administrator ends the opt-out of one", async () => {
    const old = await older(OLD, "active", optOut(LONG_AGO));
    await older(CANONICAL, "active", optOut(LONG_AGO));
    await endOptOut(fakes, old.id, { agentId, reason: "asked for it" });
    expect(await isOptedOut()).toBe(false);
    expect(fakes.conversations.all().map(({ optedOut }) => optedOut)).toEqual([false, false]);
  });

  it("are opted out all by an administrator, in whatever form the number is written", async () => {
    await older(OLD, "active");
    const added = await addOptOut(fakes, { channelId: "main", customer: CANONICAL, agentId, reason: "asked for it" });
    expect(added).toMatchObject({ thread: { value: { customer: OLD } } });
    expect(fakes.conversations.all()).toMatchObject([{ optedOut: true }]);
  });

  it("confirm the opt-out of a subscriber once", async () => {
    await older(OLD, "closed");
    await older(CANONICAL, "closed");
    await write("REVOKE", { from: OLD });
    await write("REVOKE", { from: CANONICAL });
    expect(fakes.messages.all().filter(({ direction }) => direction === "outbound")).toHaveLength(1);
  });

  it("store a redelivered text once", async () => {
    const old = await older(OLD, "closed");
    await older(CANONICAL, "active");
    const text = sampleText({ id: "before", from: OLD });
    const message = inboundMessageOf(text, old.id, conversationIdOf(old.id, 1));
    await fakes.messages.create(message);
    await receiveText(fakes, text);
    expect(fakes.messages.all()).toHaveLength(1);
  });

  it("complete a START whose first delivery was interrupted between them", async () => {
    await older(OLD, "active", optOut(LONG_AGO));
    await older(CANONICAL, "active", optOut(LONG_AGO));
    const text = sampleText({ id: "start", text: "START", from: OLD });
    let writes = 0;
    fakes.hooks.afterWrite = (operation) => {
      if (operation === "threads.replace") writes += 1;
      if (writes === 2) throw new Error("crash");
    };
    await expect(receiveText(fakes, text)).rejects.toThrow("crash");
    fakes.hooks.afterWrite = undefined;
    await receiveText(fakes, text);
    expect(await isOptedOut()).toBe(false);
    expect(fakes.conversations.all().map(({ optedOut }) => optedOut)).toEqual([false, false]);
  });
});
