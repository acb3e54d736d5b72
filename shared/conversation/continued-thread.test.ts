import { beforeEach, describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { storeOlderThread } from "../../tests/fakes/older-thread.ts";
import { CHANNEL_NUMBER } from "../../tests/fakes/sample-organisation.ts";
import { conversationIdOf } from "../kernel/ids.ts";
import { instantSchema } from "../kernel/instant.ts";
import { moveConversation } from "../routing/move-conversation.ts";
import { addressSchema } from "../sms/address.ts";
import { continuedThread } from "./continued-thread.ts";
import { threadIdsOf } from "./subscriber-threads.ts";
import { type Consent, threadIdOf } from "./thread.ts";

const [CANONICAL, OLD] = ["+525512345678", "+5215512345678"];
const channelNumber = addressSchema.parse(CHANNEL_NUMBER);
const address = (text: string) => addressSchema.parse(text);
const consentAt = (at: string): Consent => ({
  optedOut: true,
  changedAt: instantSchema.parse(at),
  source: { kind: "provider" },
});

let fakes: Fakes;
beforeEach(() => {
  fakes = makeFakes();
});

const idOf = (customer: string, channel = CHANNEL_NUMBER) =>
  threadIdOf(fakes.keyedHash, address(channel), address(customer));

const continued = async (customer: string) =>
  continuedThread(fakes, { channelId: "main", channelNumber, customer: address(customer) });

const storedChoice = async () => (await fakes.threads.find(idOf(CANONICAL)))?.value.continuedBy;

describe("threadIdsOf", () => {
  it("lists one id for each combination of the written forms, the canonical one first", () => {
    const number = "+525587654321";
    const ids = threadIdsOf(fakes.keyedHash, { channelNumber: address(number), customer: address(OLD) });
    expect(ids).toEqual([
      idOf(CANONICAL, number),
      idOf(OLD, number),
      idOf(CANONICAL, "+5215587654321"),
      idOf(OLD, "+5215587654321"),
    ]);
  });

  it("lists the id of today for a number that has one form", () => {
    expect(threadIdsOf(fakes.keyedHash, { channelNumber, customer: address("+14255550123") })).toEqual([
      idOf("+14255550123"),
    ]);
  });
});

describe("continuedThread", () => {
  const [earlier, later] = ["2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"];

  it.each([CANONICAL, OLD])("is the canonical one while no thread exists, for %s", async (customer) => {
    expect(await continued(customer)).toEqual({ threadId: idOf(CANONICAL), thread: undefined, others: [] });
    expect(await storedChoice()).toBeUndefined();
  });

  it.each([CANONICAL, OLD])("is the only thread, for %s", async (customer) => {
    const old = await storeOlderThread(fakes, { customer: OLD, conversation: { state: "closed", openedAt: earlier } });
    const { threadId, thread } = await continued(customer);
    expect([threadId, thread?.value]).toEqual([old.id, old]);
    expect(await storedChoice()).toBe(old.id);
  });

  it.each([
    [
      "the one with the open conversation",
      OLD,
      { state: "closed", openedAt: earlier },
      { state: "active", openedAt: later },
    ],
    [
      "the older one with an open conversation",
      OLD,
      { state: "active", openedAt: later },
      { state: "active", openedAt: earlier },
    ],
    ["the oldest one", OLD, { state: "closed", openedAt: later }, { state: "closed", openedAt: earlier }],
    [
      "the canonical one when it is older",
      CANONICAL,
      { state: "closed", openedAt: earlier },
      { state: "closed", openedAt: later },
    ],
    ["the one that has a conversation", OLD, undefined, { state: "closed", openedAt: later }],
    ["the canonical one of two without a conversation", CANONICAL, undefined, undefined],
  ] as const)("is %s", async (_, chosen, canonical, old) => {
    await storeOlderThread(fakes, { customer: CANONICAL, ...(canonical && { conversation: canonical }) });
    await storeOlderThread(fakes, { customer: OLD, ...(old && { conversation: old }) });
    const { threadId, others } = await continued(OLD);
    expect(threadId).toBe(idOf(chosen));
    expect(others.map(({ value }) => value.id)).toEqual([idOf(chosen === OLD ? CANONICAL : OLD)]);
    expect(await storedChoice()).toBe(idOf(chosen));
  });

  it("counts the first consent as the beginning of a thread without conversations", async () => {
    await storeOlderThread(fakes, { customer: CANONICAL, conversation: { state: "closed", openedAt: later } });
    await storeOlderThread(fakes, { customer: OLD, consent: consentAt(earlier) });
    expect((await continued(CANONICAL)).threadId).toBe(idOf(OLD));
  });

  it("stays the same when the reason of the choice is gone", async () => {
    await storeOlderThread(fakes, { customer: CANONICAL, conversation: { state: "active", openedAt: later } });
    await storeOlderThread(fakes, { customer: OLD, conversation: { state: "closed", openedAt: earlier } });
    expect((await continued(OLD)).threadId).toBe(idOf(CANONICAL));
    await moveConversation(fakes, conversationIdOf(idOf(CANONICAL), 1), { kind: "close" });
    for (const form of [OLD, CANONICAL]) expect((await continued(form)).threadId).toBe(idOf(CANONICAL));
  });

  it("is the one that another process has chosen at the same moment", async () => {
    await storeOlderThread(fakes, { customer: CANONICAL, conversation: { state: "active", openedAt: later } });
    await storeOlderThread(fakes, { customer: OLD, conversation: { state: "closed", openedAt: earlier } });
    fakes.hooks.before = async (operation) => {
      if (operation !== "threads.replace") return;
      fakes.hooks.before = undefined;
      const canonical = await fakes.threads.find(idOf(CANONICAL));
      if (canonical) await fakes.threads.replace(canonical, { ...canonical.value, continuedBy: idOf(OLD) });
    };
    expect((await continued(CANONICAL)).threadId).toBe(idOf(OLD));
  });

  it("is found from the canonical form when it began with a form that no plan has had", async () => {
    const [trunkZero, plain] = ["+4407911123456", "+447911123456"];
    const old = await storeOlderThread(fakes, {
      customer: trunkZero,
      conversation: { state: "active", openedAt: later },
    });
    await continued(trunkZero);
    expect((await continued(plain)).threadId).toBe(old.id);
  });

  it("costs one read for a number that has one form", async () => {
    const operations: string[] = [];
    fakes.hooks.before = async (operation) => void operations.push(operation);
    await continued("+14255550123");
    expect(operations).toEqual(["threads.find"]);
  });
});
