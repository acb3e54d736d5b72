import { describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { claimsOfAgents, claimsOfConversations, wrongLoads } from "../../tests/fakes/held.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { presenceChoice, sampleAgent } from "../../tests/fakes/sample-organisation.ts";
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

/** Fakes with one conversation, which agent-a holds if its state has a holder. Both agents have a capacity of one. */
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

/** Uses up an agent's capacity with another conversation. */
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
    ["active", { kind: "release", agentId: a }, "queued", [0, 0]],
    ["active", toB, "offered", [0, 1]],
    ["queued", toB, "offered", [0, 1]],
    ["active", close, "closed", [0, 0]],
  ])(
    "moves a conversation from %s by %j to %s, and keeps loads and claims consistent",
    async (from, event, to, expected) => {
      const fakes = await given(from);
      expect((await moveConversation(fakes, id, event)).kind).toBe("moved");
      expect(await stateIn(fakes)).toBe(to);
      expect(fakes.agents.all().map(({ load }) => load)).toEqual(expected);
      expectConsistent(fakes);
    },
  );

  it("returns not-found for a conversation that does not exist", async () => {
    expect(await moveConversation(makeFakes(), id, pick)).toEqual({ kind: "not-found" });
  });

  it.each<[string, ConversationState, MoveEvent, object]>([
    ["the state does not allow the event", "active", pick, { kind: "conflict", state: "active" }],
    ["another agent has the conversation", "active", { kind: "park", agentId: b }, { kind: "not-assigned-to-you" }],
  ])("writes and claims nothing when %s", async (_, state, event, move) => {
    const fakes = await given(state);
    const before = [fakes.conversations.all(), fakes.agents.all()];
    expect(await moveConversation(fakes, id, event)).toEqual(move);
    expect([fakes.conversations.all(), fakes.agents.all()]).toEqual(before);
    expect(fakes.jobs.dispatches).toEqual([]);
  });

  it("moves nothing when the agent has no free capacity", async () => {
    const fakes = await given("queued");
    await fill(fakes, a);
    expect(await moveConversation(fakes, id, pick)).toEqual({ kind: "insufficient-capacity", agentId: a });
    expect(await stateIn(fakes)).toBe("queued");
  });

  it("moves nothing when the agent has none of the required presences", async () => {
    const fakes = await given("queued");
    await fakes.agents.setPresence(a, presenceChoice("away", fakes.now()));
    const decision = {
      decidedAt: fakes.now(),
      agentId: a,
      chosenBy: "round-robin" as const,
      eligible: [a],
      excluded: [],
    };
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

  it("claims capacity before it writes, and releases capacity after", async () => {
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

  it("decides again when another move is written first, and releases its own claim", async () => {
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

  it("uses the version that it is given, and reads again only when that is stale", async () => {
    const fakes = await given("queued");
    const read = await fakes.conversations.find(id);
    await fakes.conversations.replace(read ?? expect.fail(), sampleConversation("queued", { preview: "newer" }));
    expect(await moveConversation(fakes, read ?? expect.fail(), pick)).toMatchObject({
      kind: "moved",
      conversation: { preview: "newer" },
    });
    expectConsistent(fakes);
  });

  it("does not move a newer version when the caller requires the one that it read, and releases its claim", async () => {
    const fakes = await given("queued");
    const read = (await fakes.conversations.find(id)) ?? expect.fail();
    await fakes.conversations.replace(read, sampleConversation("queued", { preview: "newer" }));
    expect(await moveConversation(fakes, { ...read, isOnlyVersion: true }, pick)).toEqual({ kind: "stale" });
    expect(await stateIn(fakes)).toBe("queued");
    expectConsistent(fakes);
  });

  it("throws a TransientError when the conversation changes at every attempt", async () => {
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

  it("keeps the claim of a conversation that is resumed before its parking releases capacity", async () => {
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

  it("takes over a claim that a crash left behind, so that the load stays the same", async () => {
    const fakes = await given("queued");
    await claim(fakes, a, "left by a crash");
    expect((await moveConversation(fakes, id, pick)).kind).toBe("moved");
    expectConsistent(fakes);
  });

  it("keeps the claim of an agent who gets the conversation by a concurrent move", async () => {
    const fakes = await given("queued");
    const [claimed, written] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let other: Promise<unknown> | undefined;
    fakes.hooks.before = async (operation) => {
      if (operation !== "conversations.replace") return;
      // Both moves claim. The second one writes when the first one is written.
      fakes.hooks.before = async (next) => {
        if (next !== "conversations.replace") return;
        fakes.hooks.before = undefined;
        claimed.resolve();
        await written.promise;
      };
      other = moveConversation(fakes, id, pick);
      await claimed.promise;
    };
    await moveConversation(fakes, id, pick);
    written.resolve();
    expect(await other).toEqual({ kind: "conflict", state: "active" });
    expectConsistent(fakes);
  });
});

describe("the follow-up of a move", () => {
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
      event: { kind: "release", agentId: a },
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
  ])("wakes $woken", async ({ from, event, workItems = [], changes = [], queues = [] }) => {
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

  it("is written, and returns the cause for which its follow-up is left to the sweep", async () => {
    const fakes = await failing("active", brokerIsDown);
    expect(await moveConversation(fakes, id, park)).toMatchObject({
      kind: "moved",
      conversation: { state: "waiting" },
      followUp: { kind: "left-to-sweep", cause: brokerIsDown },
    });
    expect(await stateIn(fakes)).toBe("waiting");
  });

  it("completes the other parts of the follow-up", async () => {
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

  it("throws a defect, although another part failed with a TransientError", async () => {
    const fakes = await given("active");
    fakes.hooks.before = (operation) => {
      if (operation === "agents.release") throw brokerIsDown;
      if (operation.startsWith("jobs.")) throw new TypeError("a defect");
    };
    await expect(moveConversation(fakes, id, { kind: "release", agentId: a })).rejects.toThrow(TypeError);
  });

  it("is not written when the store is unavailable", async () => {
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
