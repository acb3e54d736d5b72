import { describe, expect, it } from "vitest";
import { afterEveryCrash } from "../../tests/fakes/crash.ts";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { claimsOfAgents, wrongLoads } from "../../tests/fakes/held.ts";
import { inAnyOrder } from "../../tests/fakes/interleave.ts";
import { sampleConversation, sampleQueued } from "../../tests/fakes/sample-conversation.ts";
import { sampleAgent } from "../../tests/fakes/sample-organisation.ts";
import { profileVersionOf } from "../agent/agent.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import { dispatch } from "./dispatch.ts";
import { retireAgent } from "./retire-agent.ts";

const id = agentIdSchema.parse("agent-a");
const STATES = ["offered", "active", "waiting", "wrap-up"] as const;

/** agent-a owns one conversation in each state that has an owner. */
const makeWorld = async (): Promise<Fakes> => {
  const fakes = makeFakes({ agents: [sampleAgent("agent-a"), sampleAgent("agent-b", { presence: "away" })] });
  for (const [n, state] of STATES.entries()) {
    const conversation = sampleConversation(state, {}, n);
    fakes.conversations.seed(conversation);
    const { claimToken: token, capacityUnits: units } = conversation;
    const claim = { agentId: id, conversationId: conversation.id, units, claimedAt: fakes.now() };
    if (token) await fakes.agents.claim({ ...claim, token });
  }
  return fakes;
};

const retire = (fakes: Fakes, version?: string) => retireAgent(fakes, { id, version });

const expectRetired = async (fakes: Fakes) => {
  expect(fakes.conversations.all().map(({ state }) => state)).toEqual(["queued", "queued", "queued", "closed"]);
  expect(wrongLoads(fakes)).toEqual([]);
  expect(await fakes.agents.findWithRetired(id)).toMatchObject({ presence: "offline", retiredAt: fakes.now() });
  expect(await fakes.agents.find(id)).toBeUndefined();
};

describe("retireAgent", () => {
  it("returns what the agent is offered, works on and has parked to the queue, and finishes its wrap-up", async () => {
    const fakes = await makeWorld();
    expect(await retire(fakes)).toEqual({
      kind: "retired",
      agent: { ...sampleAgent("agent-a"), presence: "offline", lastAssignedAt: fakes.now(), retiredAt: fakes.now() },
    });
    await expectRetired(fakes);
  });

  it("changes nothing when the agent is retired again", async () => {
    const fakes = await makeWorld();
    const first = await retire(fakes);
    const before = fakes.conversations.all();
    fakes.clock.advance(60);
    expect(await retire(fakes)).toEqual(first);
    expect(fakes.conversations.all()).toEqual(before);
  });

  it("finishes after a crash at any write, and retires the agent last", async () => {
    const crashes = await afterEveryCrash(makeWorld, async (fakes) => retire(fakes), expectRetired);
    expect(crashes).toBeGreaterThan(STATES.length);
    const fakes = await makeWorld();
    fakes.hooks.before = (operation) => {
      if (operation === "agents.retire") throw new Error("the process has crashed");
    };
    await expect(retire(fakes)).rejects.toThrow("the process has crashed");
    fakes.hooks.before = undefined;
    expect(await fakes.agents.find(id)).toMatchObject({ presence: "available", load: 0 });
  });

  it("releases what the agent gets while it is retired", async () => {
    const fakes = await makeWorld();
    fakes.hooks.before = async (operation) => {
      if (operation !== "agents.retire") return;
      fakes.hooks.before = undefined;
      fakes.conversations.seed(sampleQueued({}, STATES.length));
      await dispatch(fakes, { queueId: "support" });
      expect((await fakes.agents.find(id))?.load).toBeGreaterThan(0);
    };
    await retire(fakes);
    expect(fakes.conversations.all().filter(({ state }) => state !== "queued" && state !== "closed")).toEqual([]);
    expect(claimsOfAgents(fakes)).toEqual([]);
  });

  it("leaves the agent without a conversation and without load, in any order with an evaluation of its queue", async () => {
    await inAnyOrder(
      makeWorld,
      [(fakes) => retire(fakes), (fakes) => dispatch(fakes, { queueId: "support" })],
      async (fakes) => {
        await retire(fakes);
        expect(fakes.conversations.all().filter(({ state }) => state !== "queued" && state !== "closed")).toEqual([]);
        expect(wrongLoads(fakes)).toEqual([]);
      },
    );
  });

  it("retires only the expected version", async () => {
    const fakes = await makeWorld();
    expect(await retire(fakes, "another")).toEqual({ kind: "stale" });
    expect(await fakes.agents.find(id)).toMatchObject({ load: 3 });
    expect(await retire(fakes, profileVersionOf(sampleAgent("agent-a")))).toMatchObject({ kind: "retired" });
  });

  it("does not find an agent who does not exist", async () => {
    expect(await retireAgent(makeFakes(), { id: agentIdSchema.parse("unknown"), version: undefined })).toEqual({
      kind: "not-found",
    });
  });
});
