import { describe, expect, it } from "vitest";
import { Latch } from "../support/latch.ts";
import { conversationIdFor } from "../support/organisation.ts";
import { bringTo, ROBIN, shareTwin, startTeam, viewConversation } from "../support/team.ts";

const nextTeam = shareTwin();

describe("why a conversation went to its agent", () => {
  it("is told by all who could have had it and what kept the others from it", async () => {
    const team = await startTeam({
      agents: [
        { id: "ana", capacity: 3 },
        { id: "ben", capacity: 2 },
        { id: "cleo", capacity: 0 },
        { id: "dan", presence: "do-not-disturb" },
        { id: "eva", queueIds: [] },
      ],
    });
    const { reason, routedBy } = await viewConversation(team, await bringTo("offered", team));
    expect(routedBy).toBe("channel");
    expect(reason).toEqual({
      decidedAt: expect.any(String),
      agentId: "ana",
      by: "most-free-capacity",
      eligible: ["ana", "ben"],
      excluded: [
        { agentId: "cleo", reason: "capacity" },
        { agentId: "dan", reason: "presence" },
      ],
    });
  });

  it("is still told when the agent has it", async () => {
    const team = nextTeam();
    expect((await viewConversation(team, await bringTo("active", team))).reason.agentId).toBe(team.ana.id);
  });
});

describe("why a conversation still waits", () => {
  it("is told by what keeps each member of its queue from it", async () => {
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

  it("is told by who could take it when nobody has looked yet", async () => {
    const latch = new Latch("dispatch");
    const team = await startTeam({}, { faults: latch.faults });
    latch.close();
    await team.customer(ROBIN).text(team.number, "My tent leaks.");
    await expect.poll(() => latch.waitingCount, { timeout: 10_000 }).toBe(1);
    const { waiting } = await viewConversation(team, conversationIdFor(ROBIN));
    expect(waiting).toEqual({ eligible: ["ana", "ben"], excluded: [] });
    latch.open();
  });

  it("is not told of one that somebody has", async () => {
    const team = nextTeam();
    expect((await viewConversation(team, await bringTo("active", team))).waiting).toBeUndefined();
  });
});
