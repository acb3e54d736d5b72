import { beforeEach, describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { claimsOfAgents, claimsOfConversations } from "../../tests/fakes/held.ts";
import { type Details, OPENED_AT, sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { sampleQueue } from "../../tests/fakes/sample-organisation.ts";
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

const NOTHING = {
  claimsReleased: 0,
  workflowsStarted: 0,
  queuesDispatched: 0,
  repliesEnqueued: 0,
  conversationsClosed: 0,
  workflowsPurged: 0,
  workflowsNotified: 0,
  contactMovesFinished: 0,
  oldestWaitingSeconds: 0,
};

let fakes: Fakes;
beforeEach(() => {
  fakes = makeFakes({ queues: [sampleQueue({ inactiveAfterSeconds: 86_400 })] });
});

/** Runs a sweep in which nothing goes wrong. */
const sweepAll = async () => {
  const { swept, failures } = await sweep(fakes);
  expect(failures).toEqual([]);
  return swept;
};

/** Puts a conversation there that agent-a has as its state says, and that its orchestration watches over. */
const give = async (state: ConversationState, some: Details = {}): Promise<void> => {
  const conversation = sampleConversation(state, some);
  fakes.conversations.seed(conversation);
  const token = conversation.claimToken;
  if (token !== undefined)
    await fakes.agents.claim({ agentId, conversationId: id, units: 1, claimedAt: openedAt, token });
  await fakes.routingWorkflow.start({ conversationId: id, threadId, epoch: conversation.epoch });
  fakes.routingWorkflow.started.length = 0;
};

describe("sweep", () => {
  it("mends nothing in normal running", async () => {
    await receiveText(fakes, sampleText());
    for (const item of fakes.jobs.workItems) await fakes.routingWorkflow.start(item);
    await dispatch(fakes, { queueId: "support" });
    fakes.clock.advance(61);
    expect(await sweepAll()).toEqual(NOTHING);
    await moveConversation(fakes, id, { kind: "accept", agentId });
    await reply(fakes, { conversationId: id, agentId, text: "hello" });
    for (const request of fakes.jobs.outbounds) await sendReply(fakes, request);
    fakes.clock.advance(61);
    expect(await sweepAll()).toEqual(NOTHING);
    await moveConversation(fakes, id, { kind: "park", agentId });
    fakes.clock.advance(61);
    expect(await sweepAll()).toEqual(NOTHING);
  });

  it("tells how long the oldest conversation in a queue has waited", async () => {
    const now = fakes.now();
    await give("queued", { queuedAt: addSeconds(now, -90) });
    expect(await sweepAll()).toMatchObject({ oldestWaitingSeconds: 90 });
  });

  it.each(["queued", "offered", "active", "waiting", "wrap-up", "closed"] as const)(
    "leaves a conversation that is %s as it is",
    async (state) => {
      await give(state);
      const before = [fakes.conversations.all(), fakes.agents.all()];
      await sweepAll();
      expect([fakes.conversations.all(), fakes.agents.all()]).toEqual(before);
    },
  );

  it("starts the orchestration of a conversation that none watches over", async () => {
    fakes.conversations.seed(sampleConversation("queued"));
    expect(await sweepAll()).toMatchObject({ workflowsStarted: 1 });
    expect(fakes.routingWorkflow.started).toEqual([{ conversationId: id, threadId, epoch: 1 }]);
    expect(await sweepAll()).toMatchObject({ workflowsStarted: 0 });
  });

  it("starts none for a conversation that has been in its state less than a minute", async () => {
    fakes.conversations.seed(sampleConversation("queued", { stateChangedAt: addSeconds(fakes.now(), -60) }));
    expect(await sweepAll()).toMatchObject({ workflowsStarted: 0, queuesDispatched: 0 });
    fakes.clock.advance(1);
    expect(await sweepAll()).toMatchObject({ workflowsStarted: 1 });
  });

  it("does not take the orchestration of an older epoch for that of the present one", async () => {
    await give("queued", { epoch: 2 });
    await moveConversation(fakes, id, { kind: "overflow", epoch: 2, queueId: "support" });
    fakes.clock.advance(61);
    expect(await sweepAll()).toMatchObject({ workflowsStarted: 1 });
    expect(fakes.routingWorkflow.started).toEqual([{ conversationId: id, threadId, epoch: 3 }]);
  });

  it("has each queue looked at once in which somebody still waits", async () => {
    await give("queued");
    fakes.conversations.seed(sampleConversation("queued", {}, 1));
    expect(await sweepAll()).toMatchObject({ queuesDispatched: 1 });
    expect(fakes.jobs.dispatches).toEqual([{ queueId: "support", cause: "sweep" }]);
  });

  it("gives back what an agent holds for a conversation that is not its own", async () => {
    await give("queued");
    await fakes.agents.claim({ agentId, conversationId: id, units: 1, claimedAt: openedAt, token: "left by a crash" });
    expect(await sweepAll()).toMatchObject({ claimsReleased: 1 });
    expect(fakes.agents.all()).toMatchObject([{ load: 0, claims: {} }]);
    expect(fakes.jobs.dispatches).toContainEqual({ queueId: "support", cause: "capacity-free" });
  });

  it("gives back what an agent holds for a conversation that is closed, or is not there", async () => {
    await give("closed");
    const { id: unknown } = sampleConversation("queued", {}, 1);
    for (const conversationId of [id, unknown]) {
      await fakes.agents.claim({ agentId, conversationId, units: 1, claimedAt: openedAt, token: "left" });
    }
    expect(await sweepAll()).toMatchObject({ claimsReleased: 2 });
    expect(fakes.agents.all()).toMatchObject([{ load: 0 }]);
  });

  it("gives back nothing that was claimed less than a minute ago: the move may be under way", async () => {
    await give("queued");
    await fakes.agents.claim({ agentId, conversationId: id, units: 1, claimedAt: fakes.now(), token: "under way" });
    expect(await sweepAll()).toMatchObject({ claimsReleased: 0 });
    expect(fakes.agents.all()).toMatchObject([{ load: 1 }]);
  });

  it("leaves an agent the claim of what it holds when another move died after sharing it", async () => {
    await give("active");
    await fakes.agents.claim({
      agentId,
      conversationId: id,
      units: 1,
      claimedAt: openedAt,
      token: "of the one that died",
    });
    await sweepAll();
    expect(fakes.agents.all()).toMatchObject([{ load: 1 }]);
    expect(claimsOfAgents(fakes)).toEqual(claimsOfConversations(fakes));
  });

  it("asks again for replies that were stored and never put on their way", async () => {
    await give("active");
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

  it("closes what is in wrap-up when its time is over, and frees the agent", async () => {
    await give("wrap-up", { endsAt: addSeconds(fakes.now(), 60) });
    expect(await sweepAll()).toMatchObject({ conversationsClosed: 0 });
    fakes.clock.advance(60);
    expect(await sweepAll()).toMatchObject({ conversationsClosed: 1 });
    expect(fakes.conversations.all()).toMatchObject([{ state: "closed", closeReason: "wrap-up-over" }]);
    expect(fakes.agents.all()).toMatchObject([{ load: 0 }]);
  });

  it("closes what is in wrap-up although the follow-up fails, and reports the failure", async () => {
    await give("wrap-up");
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
    "closes a conversation that is %s when nobody has written for as long as its queue says",
    async (state) => {
      await give(state);
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
    await give("active", some);
    fakes.clock.advance(86_400);
    expect(await sweepAll()).toMatchObject({ conversationsClosed: 0 });
  });

  it("does not close a conversation when the agent has replied since", async () => {
    await give("active");
    fakes.clock.advance(80_000);
    await reply(fakes, { conversationId: id, agentId, text: "still on it" });
    fakes.clock.advance(6_400);
    expect(await sweepAll()).toMatchObject({ conversationsClosed: 0 });
  });

  it("closes nothing that the customer writes to at that moment", async () => {
    await give("waiting");
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
  ] as const)("leaves open what is %s, and over, when the customer writes before it is closed", async (state, some) => {
    await give(state, some as Details);
    fakes.clock.advance(2 * 86_400);
    fakes.hooks.before = async (operation) => {
      if (operation !== "conversations.find") return;
      fakes.hooks.before = undefined;
      await receiveText(fakes, sampleText({ id: "back", receivedAt: fakes.now() }));
    };
    expect(await sweepAll()).toMatchObject({ conversationsClosed: 0 });
    expect(fakes.conversations.all()).toHaveLength(1);
    expect(fakes.conversations.all()[0]?.state).not.toBe("closed");
  });

  it("forgets orchestrations that ended a day ago, once an hour", async () => {
    await sweepAll();
    expect(fakes.routingWorkflow.purges).toEqual([]);
    fakes.clock.advance(30 * 60);
    expect(await sweepAll()).toMatchObject({ workflowsPurged: 1 });
    expect(fakes.routingWorkflow.purges).toEqual(["2026-03-01T11:00:00.000Z"]);
  });

  it("finds nothing more to mend when it has just mended", async () => {
    await give("queued");
    await fakes.agents.claim({ agentId, conversationId: id, units: 1, claimedAt: openedAt, token: "left by a crash" });
    await fakes.routingWorkflow.notify(workItemIdOf(id, 1), { settled: true });
    expect(await sweepAll()).toMatchObject({ claimsReleased: 1, workflowsStarted: 1 });
    expect(await sweepAll()).toMatchObject({ claimsReleased: 0, workflowsStarted: 0 });
  });

  it("wakes an orchestration that slept over the end of an offer", async () => {
    await give("offered");
    fakes.clock.advance(3600);
    expect(await sweepAll()).toMatchObject({ workflowsNotified: 1, workflowsStarted: 0 });
    expect(fakes.routingWorkflow.changes).toEqual([{ workItemId: workItemIdOf(id, 1), settled: false }]);
  });

  it("ends, once an hour, an orchestration that never heard that its conversation left routing", async () => {
    await give("active");
    while (new Date(fakes.now()).getUTCMinutes() !== 0) fakes.clock.advance(60);
    expect(await sweepAll()).toMatchObject({ workflowsNotified: 1 });
    expect([...(await fakes.routingWorkflow.running())]).toEqual([]);
  });

  it("asks for no list of orchestrations while nothing has been in routing for long", async () => {
    await give("active");
    const asked: string[] = [];
    fakes.hooks.before = (operation) => asked.push(operation);
    await sweepAll();
    expect(asked).not.toContain("routingWorkflow.running");
  });

  it.each([
    ["conversations.replace", { conversationsClosed: 0, repliesEnqueued: 1, claimsReleased: 1 }],
    ["messages.unsentBefore", { conversationsClosed: 1, repliesEnqueued: 0, claimsReleased: 1 }],
    ["agents.release", { conversationsClosed: 1, repliesEnqueued: 1, claimsReleased: 0 }],
    ["contacts.finishMoves", { conversationsClosed: 1, repliesEnqueued: 1, claimsReleased: 1 }],
  ])("does all else when %s fails, and tells of the failure", async (broken, rest) => {
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

  it("gives back the other claims when one cannot be given back", async () => {
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
