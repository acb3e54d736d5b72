import { describe, expect, it, vi } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { claimsOfAgents, claimsOfConversations, wrongLoads } from "../../tests/fakes/held.ts";
import { inAnyOrder } from "../../tests/fakes/interleave.ts";
import { type Details, sampleQueued } from "../../tests/fakes/sample-conversation.ts";
import { presenceChoice, sampleAgent, sampleOrganisation, sampleQueue } from "../../tests/fakes/sample-organisation.ts";
import type { Agent } from "../agent/agent.ts";
import type { QueuedConversation } from "../conversation/conversation.ts";
import { TransientError } from "../kernel/errors.ts";
import { addSeconds } from "../kernel/instant.ts";
import { queueEntryOf } from "../kernel/jobs.ts";
import { dispatch } from "./dispatch.ts";
import { moveConversation } from "./move-conversation.ts";

/** Conversations that wait, queued one second apart. */
const makeWaiting = (count: number, some: Details = {}): readonly QueuedConversation[] =>
  Array.from({ length: count }, (_, n) =>
    sampleQueued({ queuedAt: addSeconds(sampleQueued().queuedAt, n), ...some }, n),
  );

const given = (agents: readonly Agent[], waiting: readonly QueuedConversation[], queue = sampleQueue()): Fakes => {
  const { queues } = sampleOrganisation();
  const fakes = makeFakes({ agents, queues: [...queues.filter(({ id }) => id !== queue.id), queue] });
  for (const conversation of waiting) fakes.conversations.seed(conversation);
  return fakes;
};

const statesOf = ({ conversations }: Fakes, waiting: readonly QueuedConversation[]) =>
  waiting.map(({ id }) => conversations.all().find((conversation) => conversation.id === id)?.state);

const count = (fakes: Fakes, state: string) =>
  fakes.conversations.all().filter((conversation) => conversation.state === state).length;

const expectConsistent = (fakes: Fakes) => {
  expect(wrongLoads(fakes)).toEqual([]);
  expect(claimsOfAgents(fakes)).toEqual(claimsOfConversations(fakes));
};

describe("dispatch", () => {
  it("offers as many conversations as agents have capacity for, in order of arrival, over all pages", async () => {
    const agents = Array.from({ length: 10 }, (_, n) => sampleAgent(`agent-${n}`));
    const waiting = makeWaiting(60);
    const fakes = given(agents, waiting);
    await dispatch(fakes, { queueId: "support" });
    expect(statesOf(fakes, waiting)).toEqual([...Array(30).fill("offered"), ...Array(30).fill("queued")]);
    expect(fakes.agents.all().map(({ load }) => load)).toEqual(Array(10).fill(3));
    expectConsistent(fakes);
  });

  describe("for an entry", () => {
    /**
     * Hides the newest state from reads that do not require it, as a replica that lags does.
     * @returns for every read of the queue so far, whether it required the newest state.
     */
    const lag = (fakes: Fakes, hidden: { waiting?: boolean; agents?: boolean }): boolean[] => {
      const reads: boolean[] = [];
      const waitingIn = fakes.conversations.waitingIn.bind(fakes.conversations);
      vi.spyOn(fakes.conversations, "waitingIn").mockImplementation((queueId, { newest = false } = {}) => {
        reads.push(newest);
        return hidden.waiting && !newest ? noPages() : waitingIn(queueId);
      });
      const membersOf = fakes.agents.membersOf.bind(fakes.agents);
      vi.spyOn(fakes.agents, "membersOf").mockImplementation(async (queueId, { newest = false } = {}) =>
        hidden.agents && !newest ? [] : membersOf(queueId),
      );
      return reads;
    };
    const noPages = async function* (): AsyncGenerator<never> {};

    it.each([{ waiting: true }, { agents: true }])("reads the newest state when a replica lacks %j", async (hidden) => {
      const [entry] = makeWaiting(1);
      const fakes = given([sampleAgent("agent-a")], entry ? [entry] : []);
      lag(fakes, hidden);
      await dispatch(fakes, { queueId: "support", entry: queueEntryOf(entry as QueuedConversation) });
      expect(count(fakes, "offered")).toBe(1);
    });

    it("does not read the newest state when the first read is enough for an offer", async () => {
      const [entry] = makeWaiting(1);
      const fakes = given([sampleAgent("agent-a")], entry ? [entry] : []);
      const reads = lag(fakes, {});
      await dispatch(fakes, { queueId: "support", entry: queueEntryOf(entry as QueuedConversation) });
      expect(reads).toEqual([false]);
    });

    it("reads only the newest state when the request names no entry", async () => {
      const fakes = given([sampleAgent("agent-a")], makeWaiting(1));
      const reads = lag(fakes, {});
      await dispatch(fakes, { queueId: "support" });
      expect(reads).toEqual([true]);
    });
  });

  it("makes an offer for the queue's offerSeconds, with the routing decision", async () => {
    const fakes = given([sampleAgent("agent-a")], makeWaiting(1), sampleQueue({ offerSeconds: 30 }));
    await dispatch(fakes, { queueId: "support" });
    expect(fakes.conversations.all()).toMatchObject([
      {
        offer: { agentId: "agent-a", offeredAt: fakes.now(), expiresAt: addSeconds(fakes.now(), 30) },
        routingDecision: { chosenBy: "most-free-capacity", eligible: ["agent-a"], excluded: [] },
      },
    ]);
  });

  it("assigns without an offer when the queue assigns automatically", async () => {
    const fakes = given([sampleAgent("agent-a")], makeWaiting(1), sampleQueue({ assignAutomatically: true }));
    await dispatch(fakes, { queueId: "support" });
    expect(fakes.conversations.all()).toMatchObject([{ state: "active", agentId: "agent-a", lastAgentId: "agent-a" }]);
    expectConsistent(fakes);
  });

  it("offers nothing when no member of the queue is eligible", async () => {
    const away = sampleAgent("away", { presence: "away" });
    const other = sampleAgent("other", { queueIds: ["billing"] });
    const fakes = given([away, other], makeWaiting(3));
    await dispatch(fakes, { queueId: "support" });
    await dispatch(fakes, { queueId: "billing" });
    expect(count(fakes, "queued")).toBe(3);
  });

  it("continues past conversations without an eligible agent", async () => {
    const unfit = makeWaiting(25, { skills: ["klingon"], priority: 1 });
    const fit = sampleQueued({}, 100);
    const fakes = given([sampleAgent("agent-a")], [...unfit, fit]);
    await dispatch(fakes, { queueId: "support" });
    expect(statesOf(fakes, [fit])).toEqual(["offered"]);
    expect(count(fakes, "offered")).toBe(1);
  });

  it("remembers the entries that it evaluated, those without an agent included", async () => {
    const waiting = makeWaiting(25);
    const fakes = given([sampleAgent("agent-a", { capacity: 12 })], waiting);
    await dispatch(fakes, { queueId: "support" });
    expect(fakes.evaluatedEntries.all()).toEqual(waiting.slice(0, 20).map(queueEntryOf));
  });

  it("reads nothing for an entry that it has evaluated", async () => {
    const waiting = makeWaiting(3);
    const fakes = given([sampleAgent("agent-a")], waiting);
    await dispatch(fakes, { queueId: "support" });
    const operations: string[] = [];
    fakes.hooks.before = (operation) => operations.push(operation);
    for (const entry of waiting.map(queueEntryOf)) await dispatch(fakes, { queueId: "support", entry });
    expect(operations).toEqual([]);
  });

  it("remembers no entry when it fails", async () => {
    const fakes = given([sampleAgent("agent-a")], makeWaiting(1));
    fakes.hooks.before = (operation) => {
      if (operation === "conversations.replace") throw new TransientError("the store is down");
    };
    await expect(dispatch(fakes, { queueId: "support" })).rejects.toThrow(TransientError);
    expect(fakes.evaluatedEntries.all()).toEqual([]);
  });

  it("changes nothing when it is repeated", async () => {
    const fakes = given([sampleAgent("agent-a")], makeWaiting(5));
    await dispatch(fakes, { queueId: "support" });
    const before = [fakes.conversations.all(), fakes.agents.all()];
    await dispatch(fakes, { queueId: "support" });
    expect([fakes.conversations.all(), fakes.agents.all()]).toEqual(before);
  });

  it("never exceeds the capacity of an agent whose two queues are dispatched at the same time", async () => {
    const agents = Array.from({ length: 4 }, (_, n) => sampleAgent(`agent-${n}`, { queueIds: ["support", "billing"] }));
    const waiting = makeWaiting(20).map((conversation, n) => ({
      ...conversation,
      queueId: n % 2 ? "billing" : "support",
    }));
    const fakes = given(agents, waiting);
    await Promise.all([dispatch(fakes, { queueId: "support" }), dispatch(fakes, { queueId: "billing" })]);
    expect(count(fakes, "offered")).toBe(12);
    expectConsistent(fakes);
  });

  it("offers a conversation to one agent when its queue is dispatched twice at the same time", async () => {
    const fakes = given([sampleAgent("agent-a"), sampleAgent("agent-b")], makeWaiting(4));
    await Promise.all([dispatch(fakes, { queueId: "support" }), dispatch(fakes, { queueId: "support" })]);
    expect(count(fakes, "offered")).toBe(4);
    expectConsistent(fakes);
  });

  it("respects capacity and uses all of it, in whatever order dispatches and moves run", async () => {
    const shared = ["agent-a", "agent-b"].map((id) =>
      sampleAgent(id, { capacity: 2, queueIds: ["support", "billing"] }),
    );
    const waiting = makeWaiting(8).map((conversation, n) => ({
      ...conversation,
      queueId: n % 2 ? "billing" : "support",
    }));
    const [first, second] = waiting;
    if (!first || !second) throw new Error("no conversation waits");
    await inAnyOrder(
      async () => given(shared, waiting),
      [
        (fakes) => dispatch(fakes, { queueId: "support" }),
        (fakes) => dispatch(fakes, { queueId: "billing" }),
        (fakes) =>
          moveConversation(fakes, first.id, { kind: "pick", queueId: "support", agentId: sampleAgent("agent-b").id }),
        (fakes) => moveConversation(fakes, second.id, { kind: "close" }),
      ],
      async (fakes) => {
        expect(wrongLoads(fakes)).toEqual([]);
        // The dispatches that the moves request.
        await dispatch(fakes, { queueId: "support" });
        await dispatch(fakes, { queueId: "billing" });
        expect(fakes.agents.all().map(({ load }) => load)).toEqual([2, 2]);
        expectConsistent(fakes);
      },
    );
  });

  it("chooses another agent when the claim of the first is refused", async () => {
    const fakes = given([sampleAgent("agent-a"), sampleAgent("agent-b", { capacity: 1 })], makeWaiting(1));
    fakes.hooks.before = async (operation) => {
      if (operation !== "agents.claim") return;
      fakes.hooks.before = undefined;
      await fakes.agents.setPresence(sampleAgent("agent-a").id, presenceChoice("away", fakes.now()));
    };
    await dispatch(fakes, { queueId: "support" });
    expect(fakes.conversations.all()).toMatchObject([{ offer: { agentId: "agent-b" } }]);
    expectConsistent(fakes);
  });

  it("requests another dispatch when an agent picks the conversation before it is offered", async () => {
    const waiting = makeWaiting(2);
    const [first] = waiting;
    const fakes = given(
      [sampleAgent("agent-a", { capacity: 1 }), sampleAgent("picker", { presence: "busy" })],
      waiting,
    );
    fakes.hooks.before = async (operation) => {
      if (operation !== "conversations.replace" || !first) return;
      fakes.hooks.before = undefined;
      await moveConversation(fakes, first.id, { kind: "pick", queueId: "support", agentId: sampleAgent("picker").id });
    };
    await dispatch(fakes, { queueId: "support" });
    expect(fakes.jobs.dispatches).toEqual([{ queueId: "support", cause: "capacity-free" }]);
    await dispatch(fakes, { queueId: "support" });
    expect(statesOf(fakes, waiting)).toEqual(["active", "offered"]);
    expectConsistent(fakes);
  });

  it("does not offer a conversation that has entered a new epoch", async () => {
    const waiting = makeWaiting(1);
    const [only] = waiting;
    const fakes = given([sampleAgent("agent-a")], waiting);
    fakes.hooks.before = async (operation) => {
      if (operation !== "agents.claim" || !only) return;
      fakes.hooks.before = undefined;
      await moveConversation(fakes, only.id, { kind: "overflow", epoch: 1, queueId: "billing" });
    };
    await dispatch(fakes, { queueId: "support" });
    expect(fakes.conversations.all()).toMatchObject([{ state: "queued", queueId: "billing", epoch: 2 }]);
    expectConsistent(fakes);
  });

  it("throws a TransientError when agents change at every attempt", async () => {
    const fakes = given([sampleAgent("agent-a")], makeWaiting(1));
    fakes.hooks.before = async (operation) => {
      if (operation !== "agents.claim" && operation !== "agents.membersOf") return;
      const agent = sampleAgent("agent-a", { presence: operation === "agents.claim" ? "away" : "available" });
      fakes.agents.seed(agent);
    };
    await expect(dispatch(fakes, { queueId: "support" })).rejects.toThrow(TransientError);
  });

  it("throws a TransientError when the follow-up of an offer is incomplete", async () => {
    const waiting = makeWaiting(1);
    const fakes = given([sampleAgent("agent-a")], waiting);
    fakes.hooks.before = (operation) => {
      if (operation === "routingWorkflow.notify") throw new TransientError("the workflow is down");
    };
    await expect(dispatch(fakes, { queueId: "support" })).rejects.toThrow(TransientError);
    expect(statesOf(fakes, waiting)).toEqual(["offered"]);
  });

  it("lets a failure of the store escape, and offers the rest when it is repeated", async () => {
    const fakes = given([sampleAgent("agent-a")], makeWaiting(5));
    let claims = 0;
    fakes.hooks.before = (operation) => {
      if (operation === "agents.claim" && ++claims === 2) throw new TransientError("down");
    };
    await expect(dispatch(fakes, { queueId: "support" })).rejects.toThrow("down");
    fakes.hooks.before = undefined;
    await dispatch(fakes, { queueId: "support" });
    expect(count(fakes, "offered")).toBe(3);
    expectConsistent(fakes);
  });
});
