import { describe, expect, it } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { type Details, OPENED_AT, sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { presenceChoice, sampleAgent, sampleQueue } from "../../tests/fakes/sample-organisation.ts";
import type { ConversationState } from "../conversation/conversation.ts";
import { TransientError } from "../kernel/errors.ts";
import { workItemIdOf } from "../kernel/ids.ts";
import { addSeconds, type Instant, instantSchema, secondsBetween } from "../kernel/instant.ts";
import { queueEntryOf } from "../kernel/jobs.ts";
import { advanceRouting } from "./advance-routing.ts";
import { moveConversation } from "./move-conversation.ts";

const { id, threadId } = sampleConversation("queued");
const item = { conversationId: id, threadId, epoch: 1 };
const agentId = sampleAgent("agent-a").id;
const openedAt = instantSchema.parse(OPENED_AT);

/** The request to dispatch the queue for a conversation that entered its state at that time. */
const entered = (stateChangedAt: Instant) => ({
  queueId: "support",
  cause: "entered",
  entry: queueEntryOf({ id, stateChangedAt }),
});

/** Fakes with one conversation, in a queue with these settings. */
const given = async (state: ConversationState, queue: Parameters<typeof sampleQueue>[0] = {}, some: Details = {}) => {
  const fakes = makeFakes({ queues: [sampleQueue(queue), sampleQueue({ id: "billing" })] });
  fakes.conversations.seed(sampleConversation(state, some));
  if (state === "offered") {
    await fakes.agents.claim({ agentId, conversationId: id, units: 1, claimedAt: openedAt, token: "token-a" });
  }
  return fakes;
};

describe("advanceRouting", () => {
  it("requests a dispatch of a waiting conversation's queue, and waits for a change", async () => {
    const fakes = await given("queued");
    expect(await advanceRouting(fakes, item)).toEqual({ done: false });
    expect(fakes.jobs.dispatches).toEqual([entered(openedAt)]);
  });

  it("wakes for the overflow of a waiting conversation", async () => {
    const fakes = await given("queued", { overflow: { afterSeconds: 3600, toQueueId: "billing" } });
    expect(await advanceRouting(fakes, item)).toEqual({ done: false, wakeAt: addSeconds(openedAt, 3600) });
  });

  it("wakes when an offer ends", async () => {
    const fakes = await given("offered");
    expect(await advanceRouting(fakes, item)).toEqual({ done: false, wakeAt: "2026-03-02T10:32:00.000Z" });
    expect(fakes.jobs.dispatches).toEqual([]);
  });

  it("moves a conversation that has waited too long to the overflow queue, in the next epoch", async () => {
    const fakes = await given("queued", { overflow: { afterSeconds: 1800, toQueueId: "billing" } });
    expect(await advanceRouting(fakes, item)).toEqual({ done: true });
    expect(fakes.conversations.all()).toMatchObject([{ state: "queued", queueId: "billing", epoch: 2 }]);
    expect(fakes.jobs.workItems).toEqual([{ conversationId: id, threadId, epoch: 2 }]);
  });

  it("fails when the follow-up of an overflow is incomplete, so that the activity is retried", async () => {
    const fakes = await given("queued", { overflow: { afterSeconds: 1800, toQueueId: "billing" } });
    fakes.hooks.before = (operation) => {
      if (operation === "jobs.workItem") throw new TransientError("the broker is down");
    };
    await expect(advanceRouting(fakes, item)).rejects.toThrow(TransientError);
    expect(fakes.conversations.all()).toMatchObject([{ state: "queued", queueId: "billing", epoch: 2 }]);
  });

  it("closes a conversation that has waited too long when the overflow has no queue", async () => {
    const fakes = await given("queued", { overflow: { afterSeconds: 1800 } });
    expect(await advanceRouting(fakes, item)).toEqual({ done: true });
    expect(fakes.conversations.all()).toMatchObject([{ state: "closed", closeReason: "overflow" }]);
    expect(fakes.jobs.workItems).toEqual([]);
  });

  it("ends an offer that has expired, counts it as a decline, and requests a dispatch", async () => {
    const fakes = await given("offered");
    const offerEnd = addSeconds(openedAt, 1920);
    fakes.clock.advance(secondsBetween(fakes.now(), offerEnd));
    expect(await advanceRouting(fakes, item)).toEqual({ done: false, wakeAt: addSeconds(offerEnd, 900) });
    const declines = [{ agentId, declinedAt: offerEnd, kind: "missed" }];
    expect(fakes.conversations.all()).toMatchObject([{ state: "queued", epoch: 1, declines }]);
    expect(fakes.agents.all()).toMatchObject([{ load: 0, presence: "available" }]);
    expect(fakes.jobs.dispatches).toContainEqual({ queueId: "support", cause: "declined" });
    expect(fakes.routingWorkflow.changes).toEqual([{ workItemId: workItemIdOf(id, 1), settled: false }]);
  });

  it("requests another dispatch when a decline no longer counts, although the entry was evaluated before", async () => {
    const fakes = await given("queued", { declineMemorySeconds: 600 });
    const [conversation] = fakes.conversations.all();
    if (conversation?.state !== "queued") throw new Error("no conversation waits");
    const declines = [100, 0].map((seconds) => {
      const declinedAt = addSeconds(fakes.now(), -seconds);
      return { agentId, declinedAt, kind: "declined" } as const;
    });
    fakes.conversations.seed({ ...conversation, declines });
    expect(await advanceRouting(fakes, item)).toEqual({ done: false, wakeAt: addSeconds(fakes.now(), 500) });
    fakes.clock.advance(500);
    fakes.jobs.dispatches.length = 0;
    expect(await advanceRouting(fakes, item)).toEqual({ done: false, wakeAt: addSeconds(fakes.now(), 100) });
    expect(fakes.jobs.dispatches).toEqual([{ queueId: "support", cause: "declined" }]);
    fakes.clock.advance(100);
    expect(await advanceRouting(fakes, item)).toEqual({ done: false });
  });

  it("makes an agent inactive who missed an offer, when the queue has inactiveOnMissedOffer", async () => {
    const fakes = await given("offered", { inactiveOnMissedOffer: true });
    fakes.clock.advance(3600);
    await advanceRouting(fakes, item);
    expect(fakes.agents.all()).toMatchObject([{ presence: "inactive" }]);
  });

  it("makes the agent inactive although another part of the follow-up fails", async () => {
    const fakes = await given("offered", { inactiveOnMissedOffer: true });
    fakes.clock.advance(3600);
    fakes.hooks.before = (operation) => {
      if (operation !== "agents.release") return;
      fakes.hooks.before = undefined;
      throw new TransientError("down");
    };
    await advanceRouting(fakes, item);
    expect(fakes.agents.all()).toMatchObject([{ presence: "inactive" }]);
  });

  it.each(["available", "busy"] as const)(
    "keeps an agent %s who chose that presence during the offer",
    async (presence) => {
      const fakes = await given("offered", { inactiveOnMissedOffer: true });
      await fakes.agents.setPresence(agentId, presenceChoice(presence, addSeconds(openedAt, 30)));
      fakes.clock.advance(3600);
      await advanceRouting(fakes, item);
      expect(fakes.agents.all()).toMatchObject([{ presence }]);
    },
  );

  it("does not change the presence of an agent who accepts in time", async () => {
    const fakes = await given("offered", { inactiveOnMissedOffer: true });
    fakes.hooks.before = async (operation) => {
      if (operation !== "conversations.replace") return;
      fakes.hooks.before = undefined;
      const inTime = { ...fakes, now: () => openedAt };
      await moveConversation(inTime, id, { kind: "accept", agentId });
    };
    fakes.clock.advance(3600);
    expect(await advanceRouting(fakes, item)).toEqual({ done: true });
    expect(fakes.agents.all()).toMatchObject([{ presence: "available", load: 1 }]);
  });

  it("moves a conversation to the overflow queue at once when its offer expires after it has waited too long", async () => {
    const fakes = await given("offered", { overflow: { afterSeconds: 1800, toQueueId: "billing" } });
    fakes.clock.advance(3600);
    expect(await advanceRouting(fakes, item)).toEqual({ done: true });
    expect(fakes.conversations.all()).toMatchObject([{ queueId: "billing", epoch: 2 }]);
  });

  it.each(["active", "waiting", "wrap-up", "closed"] as const)(
    "is done with a conversation that is %s",
    async (state) => {
      const fakes = await given(state);
      const before = fakes.conversations.all();
      expect(await advanceRouting(fakes, item)).toEqual({ done: true });
      expect(fakes.conversations.all()).toEqual(before);
    },
  );

  it.each(["queued", "offered"] as const)("is done with an older epoch of a conversation that is %s", async (state) => {
    const fakes = await given(state, { overflow: { afterSeconds: 60 } }, { epoch: 2 });
    fakes.clock.advance(3600);
    expect(await advanceRouting(fakes, item)).toEqual({ done: true });
    expect(fakes.conversations.all()).toMatchObject([{ state, epoch: 2 }]);
  });

  it("changes nothing when it is repeated", async () => {
    const fakes = await given("offered");
    fakes.clock.advance(3600);
    await advanceRouting(fakes, item);
    const before = fakes.conversations.all();
    expect(await advanceRouting(fakes, item)).toMatchObject({ done: false });
    expect(fakes.conversations.all()).toEqual(before);
  });

  it("throws a TransientError when the store does not show the conversation yet", async () => {
    await expect(advanceRouting(makeFakes(), item)).rejects.toThrow(TransientError);
  });

  it("throws a TransientError when the store still shows an earlier epoch", async () => {
    const fakes = await given("queued");
    await expect(advanceRouting(fakes, { ...item, epoch: item.epoch + 1 })).rejects.toThrow(TransientError);
    expect(fakes.jobs.dispatches).toEqual([]);
  });
});
