import { beforeEach, describe, expect, it } from "vitest";
import { afterEveryCrash } from "../../tests/fakes/crash.ts";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { storeOlderThread } from "../../tests/fakes/older-thread.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { CHANNEL_NUMBER, sampleAgent, sampleChannel } from "../../tests/fakes/sample-organisation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import type { Actor } from "../conversation/actor.ts";
import type { ConversationState } from "../conversation/conversation.ts";
import { receiveText } from "../intake/receive-text.ts";
import { agentIdSchema, type ConversationId } from "../kernel/ids.ts";
import { addBlock, blockConversation, endBlock } from "./block-number.ts";

const OTHER_NUMBER = "+14255550199";
const CHANNELS = [sampleChannel(), sampleChannel({ id: "other", number: OTHER_NUMBER, name: "Other number" })];
const customer = sampleText().from;
const agentId = agentIdSchema.parse("agent-s");
const by = { agentId, reason: "spam" };

let fakes: Fakes;
beforeEach(() => {
  fakes = makeFakes({ channels: CHANNELS });
});

const blockedOf = async ({ threads }: Fakes) =>
  (await threads.blocked({ limit: 100 })).items.map(({ channelId, customer: number }) => `${channelId}: ${number}`);

const openConversation = async (to = CHANNEL_NUMBER): Promise<ConversationId> => {
  const received = await receiveText(fakes, sampleText({ id: `to ${to}`, to }));
  if (received.kind !== "accepted" || !received.conversationId) throw new Error("no conversation was opened");
  return received.conversationId;
};

describe("addBlock", () => {
  it("blocks a number that has never texted, on every channel, with who and why", async () => {
    const added = await addBlock(fakes, { customer: "(425) 555-0123", ...by });
    expect(added).toMatchObject({ kind: "set", thread: { value: { customer: "+14255550123", channelId: "main" } } });
    expect(await blockedOf(fakes)).toEqual(expect.arrayContaining(["main: +14255550123", "other: +14255550123"]));
    const [thread] = (await fakes.threads.blocked({ limit: 1 })).items;
    expect(thread?.block).toEqual({ isBlocked: true, changedAt: fakes.now(), ...by });
  });

  it("closes the open conversations of every channel", async () => {
    await openConversation();
    await openConversation(OTHER_NUMBER);
    await addBlock(fakes, { customer, ...by });
    expect(fakes.conversations.all()).toMatchObject([
      { state: "closed", closeReason: "blocked" },
      { state: "closed", closeReason: "blocked" },
    ]);
  });

  it("leaves everything as it is when it is repeated", async () => {
    await openConversation();
    await addBlock(fakes, { customer, ...by });
    const before = [(await fakes.threads.blocked({ limit: 100 })).items, fakes.conversations.all()];
    fakes.clock.advance(60);
    await addBlock(fakes, { customer, agentId, reason: "another reason" });
    expect([(await fakes.threads.blocked({ limit: 100 })).items, fakes.conversations.all()]).toEqual(before);
  });

  it("blocks the threads of all written forms", async () => {
    for (const form of ["+525512345678", "+5215512345678"]) await storeOlderThread(fakes, { customer: form });
    await addBlock(fakes, { customer: "+52 55 1234 5678", ...by });
    expect(await blockedOf(fakes)).toEqual(expect.arrayContaining(["main: +525512345678", "main: +5215512345678"]));
  });

  it("blocks and unblocks the thread of a retired channel, which may apply again", async () => {
    await openConversation(OTHER_NUMBER);
    const other = await fakes.settings.find("channels", "other");
    if (!other) throw new Error("there is no such channel");
    await fakes.settings.retire("channels", other, fakes.now());
    await addBlock(fakes, { customer, ...by });
    const [{ id } = expect.fail()] = (await fakes.threads.blocked({ limit: 100 }, "other")).items;
    await fakes.settings.put("channels", other.value);
    await receiveText(fakes, sampleText({ id: "again", to: OTHER_NUMBER }));
    expect(fakes.conversations.all()).toMatchObject([{ state: "closed", closeReason: "blocked" }]);
    await endBlock(fakes, id, by);
    expect(await blockedOf(fakes)).toEqual([]);
  });

  it("blocks an address that no numbering plan knows once it has a thread", async () => {
    expect((await addBlock(fakes, { customer: "CONTOSO", ...by })).kind).toBe("not-a-number");
    await receiveText(fakes, sampleText({ from: "CONTOSO", to: OTHER_NUMBER }));
    expect((await addBlock(fakes, { customer: "CONTOSO", ...by })).kind).toBe("set");
    expect(await blockedOf(fakes)).toEqual(expect.arrayContaining(["main: CONTOSO", "other: CONTOSO"]));
  });

  it("is refused without a channel", async () => {
    expect(await addBlock(makeFakes({ channels: [] }), { customer, ...by })).toEqual({ kind: "no-channel" });
  });

  it("completes after a crash at any write when it is repeated", async () => {
    const world = async () => {
      fakes = makeFakes({ channels: CHANNELS });
      await openConversation();
      return fakes;
    };
    const crashes = await afterEveryCrash(
      world,
      (one) => addBlock(one, { customer, ...by }),
      async (one) => {
        expect(await blockedOf(one)).toHaveLength(2);
        expect(one.conversations.all()).toMatchObject([{ state: "closed", closeReason: "blocked" }]);
      },
    );
    expect(crashes).toBeGreaterThan(2);
  });
});

describe("blockConversation", () => {
  const owner: Actor = { agentId: agentIdSchema.parse("agent-a"), supervisor: false };
  const other: Actor = { agentId: agentIdSchema.parse("agent-b"), supervisor: false };
  const supervisor: Actor = { agentId, supervisor: true };

  const block = async (state: ConversationState, actor: Actor) => {
    fakes = makeFakes({ channels: CHANNELS, agents: [sampleAgent("agent-a"), sampleAgent("agent-b")] });
    const conversation = sampleConversation(state);
    await storeOlderThread(fakes, {
      customer: conversation.customer,
      conversation: { state: "active", openedAt: conversation.openedAt },
    });
    fakes.conversations.seed(conversation);
    const read = (await fakes.conversations.find(conversation.id)) ?? expect.fail("no conversation");
    return blockConversation(fakes, read, { actor, reason: "spam" });
  };

  it.each(["offered", "active", "waiting", "wrap-up"] as const)(
    "lets the owner of a conversation that is %s end it as spam",
    async (state) => {
      const move = await block(state, owner);
      expect(move).toMatchObject({ kind: "moved", conversation: { state: "closed", closeReason: "blocked" } });
      expect(await blockedOf(fakes)).toHaveLength(2);
      const [thread] = (await fakes.threads.blocked({ limit: 1 })).items;
      expect(thread?.block).toMatchObject({ agentId: owner.agentId, reason: "spam" });
    },
  );

  it.each(["queued", "offered", "active", "waiting", "wrap-up", "closed"] as const)(
    "lets a supervisor block the number of a conversation that is %s",
    async (state) => {
      expect(await block(state, supervisor)).toMatchObject({ kind: "moved", conversation: { state: "closed" } });
      expect(await blockedOf(fakes)).toHaveLength(2);
    },
  );

  it.each([
    ["queued", { kind: "conflict", state: "queued" }],
    ["active", { kind: "not-assigned-to-you" }],
    ["waiting", { kind: "not-assigned-to-you" }],
    ["closed", { kind: "not-assigned-to-you" }],
  ] as const)("blocks nothing for another agent while the conversation is %s", async (state, refusal) => {
    expect(await block(state, other)).toEqual(refusal);
    expect(await blockedOf(fakes)).toEqual([]);
    expect((await fakes.conversations.find(sampleConversation(state).id))?.value.state).toBe(state);
  });

  it("releases the capacity of the agent", async () => {
    fakes = makeFakes({ channels: CHANNELS, agents: [sampleAgent("agent-a")] });
    const conversation = sampleConversation("active");
    const { id } = conversation;
    fakes.conversations.seed(conversation);
    const token = conversation.claimToken ?? expect.fail("no claim");
    await fakes.agents.claim({ agentId: owner.agentId, conversationId: id, units: 1, claimedAt: fakes.now(), token });
    const read = (await fakes.conversations.find(id)) ?? expect.fail("no conversation");
    await blockConversation(fakes, read, { actor: owner, reason: "spam" });
    expect(fakes.agents.all()).toMatchObject([{ load: 0 }]);
  });
});

describe("endBlock", () => {
  it("lifts the block on every channel and in every written form, and records who and why", async () => {
    for (const form of ["+525512345678", "+5215512345678"]) await storeOlderThread(fakes, { customer: form });
    await addBlock(fakes, { customer: "+525512345678", ...by });
    const [any] = (await fakes.threads.blocked({ limit: 1 })).items;
    if (!any) throw new Error("no number is blocked");
    fakes.clock.advance(60);
    const lifted = await endBlock(fakes, any.id, { agentId, reason: "a mistake" });
    const block = { isBlocked: false, changedAt: fakes.now(), agentId, reason: "a mistake" };
    expect(lifted).toMatchObject({ kind: "set", thread: { value: { id: any.id, block } } });
    expect(await blockedOf(fakes)).toEqual([]);
    fakes.clock.advance(60);
    expect(await endBlock(fakes, any.id, { agentId, reason: "once more" })).toEqual(lifted);
  });

  it("completes after a crash at any write when it is repeated", async () => {
    const world = async () => {
      fakes = makeFakes({ channels: CHANNELS });
      await addBlock(fakes, { customer, ...by });
      return fakes;
    };
    const threadId = (await world().then((one) => one.threads.blocked({ limit: 1 }))).items[0]?.id;
    if (!threadId) throw new Error("no number is blocked");
    const crashes = await afterEveryCrash(
      world,
      (one) => endBlock(one, threadId, by),
      async (one) => expect(await blockedOf(one)).toEqual([]),
    );
    expect(crashes).toBe(2);
  });

  it("lifts the block of a thread whose channel no longer exists", async () => {
    await addBlock(fakes, { customer, ...by });
    const threads = (await fakes.threads.blocked({ limit: 100 }, "other")).items;
    const without = { ...fakes, settings: makeFakes().settings };
    await endBlock(without, threads[0]?.id ?? expect.fail("no thread"), by);
    expect(await blockedOf(fakes)).toEqual([]);
  });

  it("does not find a number that was never blocked", async () => {
    const received = await receiveText(fakes, sampleText());
    if (received.kind !== "accepted") throw new Error(received.kind);
    expect(await endBlock(fakes, received.threadId, by)).toEqual({ kind: "not-found" });
  });
});
