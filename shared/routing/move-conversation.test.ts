import { describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { claimsOfAgents, claimsOfConversations, wrongLoads } from "../../tests/fakes/held.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { sampleAgent } from "../../tests/fakes/sample-organisation.ts";
import type { ConversationState } from "../conversation/conversation.ts";
import type { MoveEvent } from "../conversation/transition/transition.ts";
import { TransientError } from "../kernel/errors.ts";
import { agentIdSchema, messageIdSchema, workItemIdOf } from "../kernel/ids.ts";
import { instantSchema } from "../kernel/instant.ts";
import { sweep } from "../upkeep/sweep.ts";
import { requireFollowUp } from "./follow-up.ts";
import { moveConversation } from "./move-conversation.ts";

const { id, threadId } = sampleConversation("queued");
const [a, b] = [agentIdSchema.parse("agent-a"), agentIdSchema.parse("agent-b")];
const owner = { agentId: a, supervisor: false };
const offerEnd = instantSchema.parse("2026-03-02T10:32:00.000Z");

/** A world with one conversation, which agent-a has as its state says; both agents have room for one. */
const given = async (state: ConversationState): Promise<Fakes> => {
  const conversation = sampleConversation(state);
  const fakes = makeFakes({
    agents: [
      sampleAgent("agent-a", { capacity: 1, queueIds: ["support", "billing"] }),
      sampleAgent("agent-b", { capacity: 1 }),
    ],
  });
  fakes.conversations.seed(conversation);
  if (conversation.claimToken !== undefined) await claim(fakes, a, conversation.claimToken);
  return fakes;
};

const claim = (fakes: Fakes, agentId: typeof a, token: string, conversationId = id) =>
  fakes.agents.claim({ agentId, conversationId, units: 1, claimedAt: fakes.now(), token });

/** Has an agent hold something else. */
const fill = (fakes: Fakes, agentId: typeof a) =>
  claim(fakes, agentId, "other", sampleConversation("active", {}, 1).id);

const stateIn = async ({ conversations }: Fakes) => (await conversations.find(id))?.value.state;

const expectConsistent = (fakes: Fakes) => {
  expect(wrongLoads(fakes)).toEqual([]);
  expect(claimsOfAgents(fakes)).toEqual(claimsOfConversations(fakes));
};

const pick = { kind: "pick", queueId: "support", agentId: a } as const;
const park = { kind: "park", agentId: a } as const;
const resume = { kind: "resume", agentId: a } as const;
const close = { kind: "close" } as const;
const toB = { kind: "transfer-to-agent", actor: owner, memberOf: "support", agentId: b, expiresAt: offerEnd } as const;

describe("moveConversation", () => {
  it.each<[ConversationState, MoveEvent, ConversationState, readonly number[]]>([
    ["queued", pick, "active", [1, 0]],
    ["offered", { kind: "accept", agentId: a }, "active", [1, 0]],
    ["offered", { kind: "decline", agentId: a }, "queued", [0, 0]],
    ["active", park, "waiting", [0, 0]],
    ["waiting", resume, "active", [1, 0]],
    ["active", { kind: "end", agentId: a, wrapUpSeconds: 60 }, "wrap-up", [1, 0]],
    ["active", { kind: "end", agentId: a, wrapUpSeconds: 0 }, "closed", [0, 0]],
    ["wrap-up", { kind: "finish", agentId: a }, "closed", [0, 0]],
    ["active", { kind: "release", agentId: a, declineLimit: 3 }, "queued", [0, 0]],
    ["active", toB, "offered", [0, 1]],
    ["queued", toB, "offered", [0, 1]],
    ["active", close, "closed", [0, 0]],
  ])("from %s by %j comes to %s and leaves each agent the load of what it holds", async (from, event, to, expected) => {
    const fakes = await given(from);
    expect((await moveConversation(fakes, id, event)).kind).toBe("moved");
    expect(await stateIn(fakes)).toBe(to);
    expect(fakes.agents.all().map(({ load }) => load)).toEqual(expected);
    expectConsistent(fakes);
  });

  it("says that there is no such conversation", async () => {
    expect(await moveConversation(makeFakes(), id, pick)).toEqual({ kind: "not-found" });
  });

  it.each<[string, ConversationState, MoveEvent, object]>([
    ["a conflict", "active", pick, { kind: "conflict", state: "active" }],
    ["another agent's", "active", { kind: "park", agentId: b }, { kind: "not-assigned-to-you" }],
  ])("writes and claims nothing when it is %s", async (_, state, event, move) => {
    const fakes = await given(state);
    const before = [fakes.conversations.all(), fakes.agents.all()];
    expect(await moveConversation(fakes, id, event)).toEqual(move);
    expect([fakes.conversations.all(), fakes.agents.all()]).toEqual(before);
    expect(fakes.jobs.dispatches).toEqual([]);
  });

  it("leaves the conversation where it is when the agent has no room", async () => {
    const fakes = await given("queued");
    await fill(fakes, a);
    expect(await moveConversation(fakes, id, pick)).toEqual({ kind: "insufficient-capacity", agentId: a });
    expect(await stateIn(fakes)).toBe("queued");
  });

  it("leaves the conversation where it is when the agent has none of the presences", async () => {
    const fakes = await given("queued");
    await fakes.agents.setPresence(a, "away", fakes.now());
    const decision = { decidedAt: fakes.now(), agentId: a, by: "round-robin" as const, eligible: [a], excluded: [] };
    const move = await moveConversation(fakes, id, {
      kind: "assign",
      epoch: 1,
      agentId: a,
      presences: ["available"],
      decision,
    });
    expect(move).toEqual({ kind: "insufficient-capacity", agentId: a });
    expect(await stateIn(fakes)).toBe("queued");
  });

  it("claims capacity before it writes, and gives it back after", async () => {
    const operations: string[] = [];
    const fakes = await given("active");
    fakes.hooks.before = (operation) => operations.push(operation);
    await moveConversation(fakes, id, toB);
    const order = ["agents.claim", "conversations.replace", "agents.release"].map((operation) =>
      operations.indexOf(operation),
    );
    expect(order).toEqual(order.toSorted((x, y) => x - y));
    expect(order).not.toContain(-1);
  });

  it("decides anew when somebody was quicker, and gives back what it had claimed for nothing", async () => {
    const fakes = await given("queued");
    fakes.hooks.before = async (operation) => {
      if (operation !== "conversations.replace") return;
      fakes.hooks.before = undefined;
      await moveConversation(fakes, id, { kind: "pick", queueId: "support", agentId: b });
    };
    expect(await moveConversation(fakes, id, pick)).toEqual({ kind: "conflict", state: "active" });
    expect(fakes.agents.all().map(({ load }) => load)).toEqual([0, 1]);
    expectConsistent(fakes);
  });

  it("uses the version it is given, and reads again only when that is stale", async () => {
    const fakes = await given("queued");
    const read = await fakes.conversations.find(id);
    await fakes.conversations.replace(read ?? expect.fail(), sampleConversation("queued", { preview: "newer" }));
    expect(await moveConversation(fakes, read ?? expect.fail(), pick)).toMatchObject({
      kind: "moved",
      conversation: { preview: "newer" },
    });
    expectConsistent(fakes);
  });

  it("moves no newer version when only the one that was read is meant, and releases the capacity again", async () => {
    const fakes = await given("queued");
    const read = (await fakes.conversations.find(id)) ?? expect.fail();
    await fakes.conversations.replace(read, sampleConversation("queued", { preview: "newer" }));
    expect(await moveConversation(fakes, { ...read, isOnlyVersion: true }, pick)).toEqual({ kind: "stale" });
    expect(await stateIn(fakes)).toBe("queued");
    expectConsistent(fakes);
  });

  it("gives up as transient when others change the conversation all the time", async () => {
    const fakes = await given("queued");
    let changes = 0;
    fakes.hooks.before = (operation) => {
      if (operation !== "conversations.replace") return;
      changes += 1;
      fakes.conversations.seed(sampleConversation("queued", { preview: `change ${changes}` }));
    };
    await expect(moveConversation(fakes, id, pick)).rejects.toThrow(TransientError);
    fakes.hooks.before = undefined;
    expectConsistent(fakes);
  });

  it("frees nothing of a conversation that was resumed before what was parked is given back", async () => {
    const fakes = await given("active");
    fakes.hooks.before = async (operation) => {
      if (operation !== "agents.release") return;
      fakes.hooks.before = undefined;
      await moveConversation(fakes, id, resume);
    };
    await moveConversation(fakes, id, park);
    expect(await stateIn(fakes)).toBe("active");
    expectConsistent(fakes);
  });

  it("takes over a claim that a crash left behind, and so costs nothing more", async () => {
    const fakes = await given("queued");
    await claim(fakes, a, "left by a crash");
    expect((await moveConversation(fakes, id, pick)).kind).toBe("moved");
    expectConsistent(fakes);
  });

  it("leaves a claim to the agent who was given the conversation by another move at the same time", async () => {
    const fakes = await given("queued");
    const [claimed, made] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let other: Promise<unknown> | undefined;
    fakes.hooks.before = async (operation) => {
      if (operation !== "conversations.replace") return;
      // The first move has claimed. The second one claims too, and writes when the first one is made.
      fakes.hooks.before = async (next) => {
        if (next !== "conversations.replace") return;
        fakes.hooks.before = undefined;
        claimed.resolve();
        await made.promise;
      };
      other = moveConversation(fakes, id, pick);
      await claimed.promise;
    };
    await moveConversation(fakes, id, pick);
    made.resolve();
    expect(await other).toEqual({ kind: "conflict", state: "active" });
    expectConsistent(fakes);
  });
});

describe("what a move wakes", () => {
  const firstItem = workItemIdOf(id, 1);

  it.each<{
    readonly woken: string;
    readonly from: ConversationState;
    readonly event: MoveEvent;
    readonly workItems?: readonly number[];
    readonly changes?: readonly object[];
    readonly queues?: readonly string[];
  }>([
    {
      woken: "the workflow, which ends, when an agent picks it",
      from: "queued",
      event: pick,
      changes: [{ workItemId: firstItem, settled: true }],
    },
    {
      woken: "the workflow, which continues, and the agent's queues when it is declined",
      from: "offered",
      event: { kind: "decline", agentId: a },
      changes: [{ workItemId: firstItem, settled: false }],
      queues: ["support", "billing"],
    },
    {
      woken: "a new workflow and the agent's queues when it is released",
      from: "active",
      event: { kind: "release", agentId: a, declineLimit: 3 },
      workItems: [2],
      queues: ["support", "billing"],
    },
    {
      woken: "a new workflow and the old one when it overflows to another queue",
      from: "queued",
      event: { kind: "overflow", epoch: 1, queueId: "billing" },
      workItems: [2],
      changes: [{ workItemId: firstItem, settled: true }],
    },
    { woken: "the agent's queues when it is parked", from: "active", event: park, queues: ["support", "billing"] },
    {
      woken: "the workflow when it closes while it waits",
      from: "queued",
      event: close,
      changes: [{ workItemId: firstItem, settled: true }],
    },
    { woken: "nothing when it is resumed", from: "waiting", event: resume },
  ])("is $woken", async ({ from, event, workItems = [], changes = [], queues = [] }) => {
    const fakes = await given(from);
    await moveConversation(fakes, id, event);
    expect(fakes.jobs.workItems).toEqual(workItems.map((epoch) => ({ conversationId: id, threadId, epoch })));
    expect(fakes.routingWorkflow.changes).toEqual(changes);
    expect(fakes.jobs.dispatches).toEqual(queues.map((queueId) => ({ queueId, cause: "capacity-free" })));
  });
});

describe("a move whose follow-up fails", () => {
  const failing = async (state: ConversationState, error: Error): Promise<Fakes> => {
    const fakes = await given(state);
    fakes.hooks.before = (operation) => {
      if (operation.startsWith("jobs.")) throw error;
    };
    return fakes;
  };
  const brokerIsDown = new TransientError("the broker is down");

  it("is made, and returns why its follow-up is left to the sweep", async () => {
    const fakes = await failing("active", brokerIsDown);
    expect(await moveConversation(fakes, id, park)).toMatchObject({
      kind: "moved",
      conversation: { state: "waiting" },
      followUp: { kind: "left-to-sweep", cause: brokerIsDown },
    });
    expect(await stateIn(fakes)).toBe("waiting");
  });

  it("does the parts of the follow-up that can be done", async () => {
    const fakes = await failing("offered", brokerIsDown);
    await moveConversation(fakes, id, { kind: "decline", agentId: a });
    expect(fakes.routingWorkflow.changes).toEqual([{ workItemId: workItemIdOf(id, 1), settled: false }]);
    expectConsistent(fakes);
  });

  it("is completed by the sweep", async () => {
    const fakes = await failing("offered", brokerIsDown);
    await moveConversation(fakes, id, { kind: "decline", agentId: a });
    fakes.hooks.before = undefined;
    fakes.clock.advance(61);
    const { swept } = await sweep(fakes);
    expect(swept).toMatchObject({ queuesDispatched: 1 });
    expectConsistent(fakes);
  });

  it("throws a defect, although another part failed in a way that passes", async () => {
    const fakes = await given("active");
    fakes.hooks.before = (operation) => {
      if (operation === "agents.release") throw brokerIsDown;
      if (operation.startsWith("jobs.")) throw new TypeError("a defect");
    };
    await expect(moveConversation(fakes, id, { kind: "release", agentId: a, declineLimit: 3 })).rejects.toThrow(
      TypeError,
    );
  });

  it("is not made when the store cannot be written", async () => {
    const fakes = await given("active");
    fakes.hooks.before = (operation) => {
      if (operation === "conversations.replace") throw new TransientError("the store is down");
    };
    await expect(moveConversation(fakes, id, park)).rejects.toThrow("the store is down");
    expect(await stateIn(fakes)).toBe("active");
  });
});

describe("requireFollowUp", () => {
  const conversation = { id };

  it("accepts a follow-up that is done", () => {
    expect(() => requireFollowUp({ conversation, followUp: { kind: "done" } })).not.toThrow();
  });

  it("throws a TransientError with the cause when the follow-up is left to the sweep", () => {
    const cause = new TransientError("the broker is down");
    const require = () => requireFollowUp({ conversation, followUp: { kind: "left-to-sweep", cause } });
    expect(require).toThrow(TransientError);
    expect(require).toThrow(expect.objectContaining({ cause }));
  });
});

describe("the etag of a move", () => {
  const text = { kind: "customer-writes", at: offerEnd, text: "hello", preferLastAgentSeconds: 0 } as const;

  it.each([
    ["written", { ...text, messageId: messageIdSchema.parse("acs:second") }],
    ["unchanged", { ...text, messageId: messageIdSchema.parse("acs:first") }],
  ])("is that of the stored conversation when it is %s", async (_, event) => {
    const fakes = await given("active");
    const move = await moveConversation(fakes, id, event);
    const stored = await fakes.conversations.find(id);
    expect(move).toMatchObject({ kind: "moved", etag: stored?.etag, conversation: stored?.value });
  });
});
