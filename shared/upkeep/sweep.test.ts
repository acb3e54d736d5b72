import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { claimsOfAgents, claimsOfConversations } from "../../tests/fakes/held.ts";
import { type Details, OPENED_AT, sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { presenceChoice, sampleQueue } from "../../tests/fakes/sample-organisation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { storeReply } from "../../tests/fakes/stored-reply.ts";
import { type ConversationState, conversationSchema } from "../conversation/conversation.ts";
import { receiveText } from "../intake/receive-text.ts";
import { TransientError } from "../kernel/errors.ts";
import { agentIdSchema, workItemIdOf } from "../kernel/ids.ts";
import { addSeconds, instantSchema, secondsBetween } from "../kernel/instant.ts";
import { dispatch } from "../routing/dispatch.ts";
import { moveConversation } from "../routing/move-conversation.ts";
import { reply } from "../sending/reply.ts";
import { sendReply } from "../sending/send-reply.ts";
import { sweep } from "./sweep.ts";

const { id, threadId } = sampleConversation("queued");
const agentId = agentIdSchema.parse("agent-a");
const openedAt = instantSchema.parse(OPENED_AT);

const NO_REPAIRS = {
  claimsReleased: 0,
  workflowsStarted: 0,
  queuesDispatched: 0,
  repliesEnqueued: 0,
  conversationsClosed: 0,
  conversationsReclaimed: 0,
  workflowsPurged: 0,
  workflowsNotified: 0,
  workItemsAdvanced: 0,
  contactMovesFinished: 0,
  oldestWaitingSeconds: 0,
};

let fakes: Fakes;
beforeEach(() => {
  fakes = makeFakes({ queues: [sampleQueue({ inactiveAfterSeconds: 86_400 })] });
});

/** Runs a sweep without failures. */
const sweepAll = async () => {
  const { swept, failures } = await sweep(fakes);
  expect(failures).toEqual([]);
  return swept;
};

/** Stores a conversation, which agent-a holds if its state has a holder, and starts its workflow. */
const seed = async (state: ConversationState, some: Details = {}): Promise<void> => {
  const conversation = sampleConversation(state, some);
  fakes.conversations.seed(conversation);
  const token = conversation.claimToken;
  if (token !== undefined)
    await fakes.agents.claim({ agentId, conversationId: id, units: 1, claimedAt: openedAt, token });
  await fakes.routingWorkflow.start({ conversationId: id, threadId, epoch: conversation.epoch });
  fakes.routingWorkflow.started.length = 0;
};

describe("sweep", () => {
  it("repairs nothing in normal operation", async () => {
    await receiveText(fakes, sampleText());
    for (const item of fakes.jobs.workItems) await fakes.routingWorkflow.start(item);
    await dispatch(fakes, { queueId: "support" });
    fakes.clock.advance(61);
    expect(await sweepAll()).toEqual(NO_REPAIRS);
    await moveConversation(fakes, id, { kind: "accept", agentId });
    await reply(fakes, { conversationId: id, agentId, text: "hello" });
    for (const request of fakes.jobs.outbounds) await sendReply(fakes, request);
    fakes.clock.advance(61);
    expect(await sweepAll()).toEqual(NO_REPAIRS);
    await moveConversation(fakes, id, { kind: "park", agentId });
    fakes.clock.advance(61);
    expect(await sweepAll()).toEqual(NO_REPAIRS);
  });

  it("reports how long the oldest conversation in a queue has waited", async () => {
    const now = fakes.now();
    await seed("queued", { queuedAt: addSeconds(now, -90) });
    expect(await sweepAll()).toMatchObject({ oldestWaitingSeconds: 90 });
  });

  it.each(["queued", "offered", "active", "waiting", "wrap-up", "closed"] as const)(
    "does not change a conversation that is %s",
    async (state) => {
      await seed(state);
      const before = [fakes.conversations.all(), fakes.agents.all()];
      await sweepAll();
      expect([fakes.conversations.all(), fakes.agents.all()]).toEqual(before);
    },
  );

  it("starts the workflow of a conversation that has none", async () => {
    fakes.conversations.seed(sampleConversation("queued"));
    expect(await sweepAll()).toMatchObject({ workflowsStarted: 1 });
    expect(fakes.routingWorkflow.started).toEqual([{ conversationId: id, threadId, epoch: 1 }]);
    expect(await sweepAll()).toMatchObject({ workflowsStarted: 0 });
  });

  it("starts no workflow until a conversation has been in its state for more than a minute", async () => {
    fakes.conversations.seed(sampleConversation("queued", { stateChangedAt: addSeconds(fakes.now(), -60) }));
    expect(await sweepAll()).toMatchObject({ workflowsStarted: 0, queuesDispatched: 0 });
    fakes.clock.advance(1);
    expect(await sweepAll()).toMatchObject({ workflowsStarted: 1 });
  });

  it("does not mistake the workflow of an older epoch for that of the present one", async () => {
    await seed("queued", { epoch: 2 });
    await moveConversation(fakes, id, { kind: "overflow", epoch: 2, queueId: "support" });
    fakes.clock.advance(61);
    expect(await sweepAll()).toMatchObject({ workflowsStarted: 1 });
    expect(fakes.routingWorkflow.started).toEqual([{ conversationId: id, threadId, epoch: 3 }]);
  });

  it("requests one dispatch for each queue in which conversations wait", async () => {
    await seed("queued");
    fakes.conversations.seed(sampleConversation("queued", {}, 1));
    expect(await sweepAll()).toMatchObject({ queuesDispatched: 1 });
    expect(fakes.jobs.dispatches).toEqual([{ queueId: "support", cause: "sweep" }]);
  });

  it("releases a claim for a conversation that the agent does not hold", async () => {
    await seed("queued");
    await fakes.agents.claim({ agentId, conversationId: id, units: 1, claimedAt: openedAt, token: "left by a crash" });
    expect(await sweepAll()).toMatchObject({ claimsReleased: 1 });
    expect(fakes.agents.all()).toMatchObject([{ load: 0, claims: {} }]);
    expect(fakes.jobs.dispatches).toContainEqual({ queueId: "support", cause: "capacity-free" });
  });

  it("releases a claim for a conversation that is closed or does not exist", async () => {
    await seed("closed");
    const { id: unknown } = sampleConversation("queued", {}, 1);
    for (const conversationId of [id, unknown]) {
      await fakes.agents.claim({ agentId, conversationId, units: 1, claimedAt: openedAt, token: "left" });
    }
    expect(await sweepAll()).toMatchObject({ claimsReleased: 2 });
    expect(fakes.agents.all()).toMatchObject([{ load: 0 }]);
  });

  it("keeps a claim that is less than a minute old, because its move may still be written", async () => {
    await seed("queued");
    await fakes.agents.claim({ agentId, conversationId: id, units: 1, claimedAt: fakes.now(), token: "under way" });
    expect(await sweepAll()).toMatchObject({ claimsReleased: 0 });
    expect(fakes.agents.all()).toMatchObject([{ load: 1 }]);
  });

  it("keeps the claim of what an agent holds when another move took it over and crashed", async () => {
    await seed("active");
    await fakes.agents.claim({ agentId, conversationId: id, units: 1, claimedAt: openedAt, token: "left by a crash" });
    await sweepAll();
    expect(fakes.agents.all()).toMatchObject([{ load: 1 }]);
    expect(claimsOfAgents(fakes)).toEqual(claimsOfConversations(fakes));
  });

  it("enqueues a reply that was stored but not enqueued", async () => {
    await seed("active");
    fakes.hooks.before = (operation) => {
      if (operation === "jobs.outbound") throw new Error("the broker is down");
    };
    await expect(reply(fakes, { conversationId: id, agentId, text: "hello" })).rejects.toThrow("the broker is down");
    fakes.hooks.before = undefined;
    expect(await sweepAll()).toMatchObject({ repliesEnqueued: 0 });
    fakes.clock.advance(61);
    expect(await sweepAll()).toMatchObject({ repliesEnqueued: 1 });
    expect(fakes.jobs.outbounds).toMatchObject([{ threadId, messageId: fakes.messages.all()[0]?.id }]);
  });

  it("enqueues a postponed reply when its time has been over for a minute, not before", async () => {
    await seed("active");
    await reply(fakes, { conversationId: id, agentId, text: "hello" });
    const [request = expect.fail()] = fakes.jobs.outbounds;
    const until = addSeconds(fakes.now(), 300);
    await fakes.messages.postpone(request.threadId, request.messageId, { until, turnAt: until });
    fakes.clock.advance(360);
    expect(await sweepAll()).toMatchObject({ repliesEnqueued: 0 });
    fakes.clock.advance(1);
    expect(await sweepAll()).toMatchObject({ repliesEnqueued: 1 });
    expect(fakes.jobs.outbounds.at(-1)).toEqual({ ...request, postponedUntil: until });
  });

  it("closes a conversation when its wrap-up is over, and releases the agent's capacity", async () => {
    await seed("wrap-up", { endsAt: addSeconds(fakes.now(), 60) });
    expect(await sweepAll()).toMatchObject({ conversationsClosed: 0 });
    fakes.clock.advance(60);
    expect(await sweepAll()).toMatchObject({ conversationsClosed: 1 });
    expect(fakes.conversations.all()).toMatchObject([{ state: "closed", closeReason: "wrap-up-over" }]);
    expect(fakes.agents.all()).toMatchObject([{ load: 0 }]);
  });

  it("closes a conversation when its wrap-up is over although the follow-up fails, and reports the failure", async () => {
    await seed("wrap-up");
    fakes.clock.advance(secondsBetween(fakes.now(), instantSchema.parse("2026-03-03T10:00:00.000Z")));
    const cause = new TransientError("the store is down");
    fakes.hooks.before = (operation) => {
      if (operation === "agents.release") throw cause;
    };
    const { swept, failures } = await sweep(fakes);
    expect(swept.conversationsClosed).toBe(1);
    expect(failures[0]).toMatchObject({ cause });
  });

  it.each(["queued", "offered", "active", "waiting"] as const)(
    "closes a conversation that is %s after the queue's inactiveAfterSeconds",
    async (state) => {
      const offer = { agentId, offeredAt: openedAt, expiresAt: addSeconds(openedAt, 90_000) };
      await seed(state, state === "offered" ? { offer } : {});
      fakes.clock.advance(secondsBetween(fakes.now(), addSeconds(openedAt, 86_399)));
      expect(await sweepAll()).toMatchObject({ conversationsClosed: 0 });
      fakes.clock.advance(1);
      expect(await sweepAll()).toMatchObject({ conversationsClosed: 1 });
      expect(fakes.conversations.all()).toMatchObject([{ state: "closed", closeReason: "inactive" }]);
      expect(fakes.agents.all()).toMatchObject([{ load: 0 }]);
    },
  );

  it.each([
    ["the customer has written", { lastTextAt: "2026-03-03T09:00:00.000Z" }],
    ["its state has changed", { stateChangedAt: "2026-03-03T09:00:00.000Z" }],
  ])("does not close a conversation when %s since", async (_, some) => {
    await seed("active", some);
    fakes.clock.advance(86_400);
    expect(await sweepAll()).toMatchObject({ conversationsClosed: 0 });
  });

  it("does not close a conversation when the agent has replied since", async () => {
    await seed("active");
    fakes.clock.advance(80_000);
    await reply(fakes, { conversationId: id, agentId, text: "still on it" });
    fakes.clock.advance(6_400);
    expect(await sweepAll()).toMatchObject({ conversationsClosed: 0 });
  });

  it("does not count a conversation that another process closes at the same time", async () => {
    await seed("waiting");
    fakes.clock.advance(86_400);
    fakes.hooks.before = async (operation) => {
      if (operation !== "conversations.replace") return;
      fakes.hooks.before = undefined;
      fakes.conversations.seed(conversationSchema.parse(sampleConversation("closed")));
    };
    expect(await sweepAll()).toMatchObject({ conversationsClosed: 0 });
  });

  it.each([
    ["wrap-up", { endsAt: OPENED_AT }],
    ["waiting", {}],
  ] as const)(
    "does not close a conversation that is %s and due when the customer writes first",
    async (state, some) => {
      await seed(state, some as Details);
      fakes.clock.advance(2 * 86_400);
      fakes.hooks.before = async (operation) => {
        if (operation !== "conversations.find") return;
        fakes.hooks.before = undefined;
        await receiveText(fakes, sampleText({ id: "back", receivedAt: fakes.now() }));
      };
      expect(await sweepAll()).toMatchObject({ conversationsClosed: 0 });
      expect(fakes.conversations.all()).toHaveLength(1);
      expect(fakes.conversations.all()[0]?.state).not.toBe("closed");
    },
  );

  it("purges workflows that ended a day ago, once an hour", async () => {
    await sweepAll();
    expect(fakes.routingWorkflow.purges).toEqual([]);
    fakes.clock.advance(30 * 60);
    expect(await sweepAll()).toMatchObject({ workflowsPurged: 1 });
    expect(fakes.routingWorkflow.purges).toEqual(["2026-03-01T11:00:00.000Z"]);
  });

  it("repairs nothing more when it is repeated", async () => {
    await seed("queued");
    await fakes.agents.claim({ agentId, conversationId: id, units: 1, claimedAt: openedAt, token: "left by a crash" });
    await fakes.routingWorkflow.notify(workItemIdOf(id, 1), { settled: true });
    expect(await sweepAll()).toMatchObject({ claimsReleased: 1, workflowsStarted: 1 });
    expect(await sweepAll()).toMatchObject({ claimsReleased: 0, workflowsStarted: 0 });
  });

  it("expires an offer that its workflow has not expired, and notifies the workflow", async () => {
    await seed("offered");
    fakes.clock.advance(3600);
    expect(await sweepAll()).toMatchObject({ workItemsAdvanced: 1, workflowsStarted: 0 });
    expect(fakes.conversations.all()).toMatchObject([{ state: "queued" }]);
    expect(fakes.agents.all()).toContainEqual(expect.objectContaining({ id: agentId, load: 0 }));
    expect(fakes.routingWorkflow.changes).toEqual([{ workItemId: workItemIdOf(id, 1), settled: false }]);
    expect(fakes.jobs.dispatches).toContainEqual(expect.objectContaining({ queueId: "support" }));
  });

  it("expires an offer while the durable back end is down", async () => {
    await seed("offered");
    fakes.clock.advance(3600);
    fakes.hooks.before = (operation) => {
      if (operation.startsWith("routingWorkflow.")) throw new TransientError("down");
    };
    const { swept } = await sweep(fakes);
    expect(swept).toMatchObject({ workItemsAdvanced: 1 });
    expect(fakes.conversations.all()).toMatchObject([{ state: "queued" }]);
    expect(fakes.jobs.dispatches).toContainEqual(expect.objectContaining({ queueId: "support" }));
  });

  it("leaves an offer alone until a minute after it expired", async () => {
    await seed("offered");
    const [offered] = fakes.conversations.all();
    const expiresAt = offered?.state === "offered" ? offered.offer.expiresAt : expect.fail();
    fakes.clock.advance(secondsBetween(fakes.now(), expiresAt) + 60);
    expect(await sweepAll()).toMatchObject({ workItemsAdvanced: 0 });
    fakes.clock.advance(1);
    expect(await sweepAll()).toMatchObject({ workItemsAdvanced: 1 });
  });

  it("lets a conversation overflow that its workflow has not", async () => {
    fakes = makeFakes({
      queues: [
        sampleQueue({ inactiveAfterSeconds: 86_400, overflow: { afterSeconds: 300, toQueueId: "billing" } }),
        sampleQueue({ id: "billing" }),
      ],
    });
    await seed("queued", { queuedAt: fakes.now() });
    fakes.clock.advance(300 + 61);
    expect(await sweepAll()).toMatchObject({ workItemsAdvanced: 1 });
    expect(fakes.conversations.all()).toMatchObject([{ state: "queued", queueId: "billing" }]);
  });

  describe("takes a conversation from an agent who is absent while the customer waits", () => {
    const awaited = { waitingSince: OPENED_AT };
    const goOffline = () => fakes.agents.setPresence(agentId, presenceChoice("offline", openedAt));

    it.each(["active", "waiting"] as const)("and returns it to its queue, when it is %s", async (state) => {
      await seed(state, awaited);
      await goOffline();
      expect(await sweepAll()).toMatchObject({ conversationsReclaimed: 1 });
      expect(fakes.conversations.all()).toMatchObject([{ state: "queued", epoch: 2, declines: [] }]);
      expect(fakes.agents.all()).toMatchObject([{ load: 0 }]);
      expect(fakes.jobs.workItems).toMatchObject([{ epoch: 2 }]);
      expect(await sweepAll()).toMatchObject({ conversationsReclaimed: 0 });
    });

    it("and does not offer it at once to an agent who does not answer", async () => {
      fakes.settings.seed("queues", sampleQueue({ agentSilentSeconds: 600 }));
      await seed("active", awaited);
      expect(await sweepAll()).toMatchObject({ conversationsReclaimed: 1 });
      expect(fakes.conversations.all()).toMatchObject([{ declines: [{ agentId, kind: "released" }] }]);
    });

    it("unless a reply was stored that the conversation does not know of", async () => {
      await seed("active", awaited);
      const [noted = expect.fail()] = fakes.conversations.all();
      await reply(fakes, { conversationId: id, agentId, text: "hello" });
      fakes.conversations.seed(noted);
      await goOffline();
      expect(await sweepAll()).toMatchObject({ conversationsReclaimed: 0 });
      expect(fakes.conversations.all()).toMatchObject([{ state: "active", lastReplyAt: fakes.now() }]);
      expect(fakes.conversations.all()[0]).not.toHaveProperty("waitingSince");
    });

    it("with one read of each agent", async () => {
      const reads: string[] = [];
      for (const n of [0, 1, 2]) {
        fakes.conversations.seed(sampleConversation("waiting", awaited, n));
      }
      fakes.hooks.before = (operation) => {
        if (operation === "agents.find") reads.push(operation);
      };
      await sweepAll();
      expect(reads).toHaveLength(1);
    });
  });

  it("settles, once an hour, a workflow that missed that its conversation left routing", async () => {
    await seed("active");
    while (new Date(fakes.now()).getUTCMinutes() !== 0) fakes.clock.advance(60);
    expect(await sweepAll()).toMatchObject({ workflowsNotified: 1 });
    expect([...(await fakes.routingWorkflow.running())]).toEqual([]);
  });

  it("leaves alone a workflow that is no work item's, and one whose conversation does not exist", async () => {
    const workItemIds = ["another-orchestration", workItemIdOf(sampleConversation("active", {}, 7).id, 1)];
    vi.spyOn(fakes.routingWorkflow, "running").mockResolvedValue(new Set(workItemIds));
    while (new Date(fakes.now()).getUTCMinutes() !== 0) fakes.clock.advance(60);
    expect(await sweepAll()).toMatchObject({ workflowsNotified: 0 });
    expect(fakes.routingWorkflow.changes).toEqual([]);
  });

  it("does not list workflows while no conversation has been in routing for long", async () => {
    await seed("active");
    const operations: string[] = [];
    fakes.hooks.before = (operation) => operations.push(operation);
    await sweepAll();
    expect(operations).not.toContain("routingWorkflow.running");
  });

  it.each([
    ["conversations.replace", { conversationsClosed: 0, repliesEnqueued: 1, claimsReleased: 1 }],
    ["messages.unsentBefore", { conversationsClosed: 1, repliesEnqueued: 0, claimsReleased: 1 }],
    ["agents.release", { conversationsClosed: 1, repliesEnqueued: 1, claimsReleased: 0 }],
    ["contacts.finishMoves", { conversationsClosed: 1, repliesEnqueued: 1, claimsReleased: 1 }],
  ])("completes the other repairs when %s fails, and reports the failure", async (broken, rest) => {
    fakes.conversations.seed(sampleConversation("wrap-up", { claimToken: undefined, endsAt: OPENED_AT }, 1));
    await storeReply(fakes);
    const strayId = sampleConversation("queued", {}, 2).id;
    await fakes.agents.claim({ agentId, conversationId: strayId, units: 1, claimedAt: openedAt, token: "stray" });
    fakes.clock.advance(61);
    fakes.hooks.before = (operation) => {
      if (operation === broken) throw new TransientError("down");
    };
    const { swept, failures } = await sweep(fakes);
    expect(swept).toMatchObject(rest);
    expect(failures).toEqual([expect.any(TransientError)]);
  });

  it("releases the other claims when one cannot be released", async () => {
    const strays = [2, 3, 4].map((number) => sampleConversation("queued", {}, number).id);
    for (const conversationId of strays) {
      await fakes.agents.claim({
        agentId,
        conversationId,
        units: 1,
        claimedAt: openedAt,
        token: `stray ${conversationId}`,
      });
    }
    fakes.hooks.before = (operation) => {
      if (operation !== "agents.release") return;
      fakes.hooks.before = undefined;
      throw new TransientError("down");
    };
    const { swept, failures } = await sweep(fakes);
    expect([swept.claimsReleased, failures.length]).toEqual([2, 1]);
  });
});
