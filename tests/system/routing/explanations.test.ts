import { describe, expect, it } from "vitest";
import { Latch } from "../support/latch.ts";
import { conversationIdFor } from "../support/organisation.ts";
import { bringTo, ROBIN, shareTwin, startTeam, viewConversation } from "../support/team.ts";

const nextTeam = shareTwin();

describe("the routing decision of a conversation", () => {
  it("lists the eligible agents, and why the others are excluded", async () => {
    const team = await startTeam({
      agents: [
        { id: "ana", capacity: 3 },
        { id: "ben", capacity: 2 },
        { id: "cleo", capacity: 0 },
        { id: "dan", presence: "do-not-disturb" },
        { id: "eva", queueIds: [] },
      ],
    });
    const { routingDecision, routedBy } = await viewConversation(team, await bringTo("offered", team));
    expect(routedBy).toBe("channel");
    expect(routingDecision).toEqual({
      decidedAt: expect.any(String),
      agentId: "ana",
      chosenBy: "most-free-capacity",
      eligible: ["ana", "ben"],
      excluded: [
        { agentId: "cleo", reason: "capacity" },
        { agentId: "dan", reason: "presence" },
      ],
    });
  });

  it("stays visible after the agent accepts", async () => {
    const team = nextTeam();
    expect((await viewConversation(team, await bringTo("active", team))).routingDecision.agentId).toBe(team.ana.id);
  });
});

describe("the explanation of a waiting conversation", () => {
  it("gives the reason that excludes each member of its queue", async () => {
    const team = await startTeam({
      agents: [
        { id: "ana", capacity: 0, skills: ["es"] },
        { id: "ben", presence: "away", skills: ["es"] },
        { id: "cleo", skills: ["fr"] },
        { id: "dan", skills: ["es"] },
      ],
      queues: [{ id: "support", declineLimit: 1 }],
      rules: [{ name: "Spanish", when: {}, queueId: "support", skills: ["es"] }],
    });
    await team.text(ROBIN, "Hola!");
    await team.colleague("dan").act(conversationIdFor(ROBIN), "decline");
    await team.twin.settled();
    const { waiting, routedBy, skills } = await viewConversation(team, conversationIdFor(ROBIN));
    expect({ routedBy, skills }).toEqual({ routedBy: "rule: Spanish", skills: ["es"] });
    expect(waiting).toEqual({
      eligible: [],
      excluded: [
        { agentId: "ana", reason: "capacity" },
        { agentId: "ben", reason: "presence" },
        { agentId: "cleo", reason: "skills" },
        { agentId: "dan", reason: "declined" },
      ],
    });
  });

  it("lists the eligible agents when the queue has not been dispatched yet", async () => {
    const latch = new Latch("dispatch");
    const team = await startTeam({}, { faults: latch.faults });
    latch.close();
    await team.customer(ROBIN).text(team.number, "My tent leaks.");
    await expect.poll(() => latch.waitingCount, { timeout: 10_000 }).toBe(1);
    const { waiting } = await viewConversation(team, conversationIdFor(ROBIN));
    expect(waiting).toEqual({ eligible: ["ana", "ben"], excluded: [] });
    latch.open();
  });

  it("is absent when an agent has the conversation", async () => {
    const team = nextTeam();
    expect((await viewConversation(team, await bringTo("active", team))).waiting).toBeUndefined();
  });
});

it("lists for supervisors what is stuck, and why, until a member with the skill is there", async () => {
  const team = await startTeam({
    agents: [{ id: "ana" }, { id: "ben", presence: "away" }],
    rules: [{ name: "Spanish", when: { textContains: ["hola"] }, queueId: "support", skills: ["es"] }],
  });
  const list = async () => (await team.sofia.call("conversations?stuck=true")).body.items;
  await team.text(ROBIN, "Hola!");
  await team.text("+14255550124", "Hello!");
  expect(await list()).toMatchObject([{ id: conversationIdFor(ROBIN), waiting: { obstacle: "missing-skills" } }]);
  const body = { name: "Ben", capacity: 1, queueIds: ["support"], skills: ["es"] };
  await team.admin.call("agents/ben", { method: "PUT", body });
  expect(await list()).toEqual([]);
});
