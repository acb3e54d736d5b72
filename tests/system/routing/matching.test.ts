import { describe, expect, it } from "vitest";
import { Latch } from "../support/latch.ts";
import { conversationIdFor } from "../support/organisation.ts";
import { bringTo, loadOf, ROBIN, startTeam, type Team, viewConversation } from "../support/team.ts";

const KIM = "+14255550124";
const SAM = "+14255550125";

describe("the agent of a conversation", () => {
  it("is the one with the most free capacity", async () => {
    const team = await startTeam({
      agents: [
        { id: "ana", capacity: 2 },
        { id: "ben", capacity: 3 },
      ],
    });
    expect(await offeredTo(team, ROBIN)).toBe("ben");
    expect(await offeredTo(team, KIM)).toBe("ana");
  });

  it("is the one whose last assignment is the oldest, in a round robin", async () => {
    const team = await startTeam({
      agents: [
        { id: "ana", capacity: 9 },
        { id: "ben", capacity: 3 },
      ],
      queues: [{ id: "support", assignmentMethod: "round-robin" }],
    });
    const order = [await offeredTo(team, ROBIN), await offeredTo(team, KIM), await offeredTo(team, SAM)];
    expect(order).toEqual(["ana", "ben", "ana"]);
    expect((await viewConversation(team, conversationIdFor(SAM))).routingDecision.chosenBy).toBe("round-robin");
  });

  it("has the skills that the rule requires", async () => {
    const team = await startTeam({
      agents: [
        { id: "ana", capacity: 9 },
        { id: "ben", capacity: 1, skills: ["es", "tents"] },
      ],
      rules: [{ name: "Spanish", when: { textContains: ["hola"] }, queueId: "support", skills: ["es"] }],
    });
    expect(await offeredTo(team, ROBIN, "Hola!")).toBe("ben");
    await team.text(KIM, "Hola!");
    expect((await viewConversation(team, conversationIdFor(KIM))).waiting.excluded).toEqual([
      { agentId: "ana", reason: "skills" },
      { agentId: "ben", reason: "capacity" },
    ]);
  });

  it("is the one whom the contact prefers", async () => {
    const team = await startTeam({
      agents: [{ id: "ana", capacity: 9 }, { id: "ben" }],
      contacts: [{ mobilePhone: ROBIN, preferredAgentIds: ["unknown", "ben", "ana"] }],
    });
    expect(await offeredTo(team, ROBIN)).toBe("ben");
    expect((await viewConversation(team, conversationIdFor(ROBIN))).routingDecision.chosenBy).toBe("preferred");
  });

  it("is another one when the preferred agent is not eligible", async () => {
    const team = await startTeam({
      agents: [{ id: "ana" }, { id: "ben", presence: "away" }],
      contacts: [{ mobilePhone: ROBIN, preferredAgentIds: ["ben"] }],
    });
    expect(await offeredTo(team, ROBIN)).toBe("ana");
  });

  it.each([
    { when: "within the preference time of the last agent", afterSeconds: 290, agentId: "ana" },
    { when: "after it", afterSeconds: 310, agentId: "ben" },
  ])(
    "is $agentId when the customer writes again and the queue is dispatched $when",
    async ({ afterSeconds, agentId }) => {
      const latch = new Latch("dispatch");
      const agents = [{ id: "ana" }, { id: "ben", capacity: 9, presence: "away" as const }];
      const team = await startTeam({ agents }, { faults: latch.faults });
      const id = await bringTo("waiting", team);
      await team.ana.setPresence("away");
      await team.text(ROBIN, "It is the Ridge 2.");
      team.twin.clock.advance(afterSeconds * 1000);
      await team.twin.settled();
      latch.close(); // both are available when the queue is dispatched
      await Promise.all([team.ana.setPresence("available"), team.ben.setPresence("available")]);
      latch.open();
      await team.twin.settled();
      expect((await viewConversation(team, id)).offer.agentId).toBe(agentId);
    },
  );
});

describe("the order in which conversations leave a queue", () => {
  it("is by priority, then by arrival", async () => {
    const team = await startTeam({
      agents: [{ id: "ana", capacity: 1, presence: "away" }],
      queues: [{ id: "support", assignAutomatically: true, wrapUpSeconds: 0 }],
      rules: [
        { name: "urgent", when: { textContains: ["fire"] }, queueId: "support", priority: 1 },
        { name: "no hurry", when: { textContains: ["thanks"] }, queueId: "support", priority: 500 },
      ],
    });
    const texts = ["thanks 1", "tent 2", "fire 3", "tent 4", "fire 5", "thanks 6"];
    for (const [i, text] of texts.entries()) await team.text(`+1425555020${i}`, text);
    await team.ana.setPresence("available");
    const served: string[] = [];
    for (const _ of texts) {
      await team.twin.settled();
      const { body } = await team.ana.call("me/work-items?state=active");
      served.push(...body.items.map(({ preview }: { preview: string }) => preview));
      await team.ana.act(body.items[0].id, "end");
    }
    expect(served).toEqual(["fire 3", "fire 5", "tent 2", "tent 4", "thanks 1", "thanks 6"]);
  });

  it("skips a conversation that no agent is eligible for", async () => {
    const team = await startTeam({
      agents: [{ id: "ana" }],
      rules: [{ name: "Spanish", when: { textContains: ["hola"] }, queueId: "support", priority: 1, skills: ["es"] }],
    });
    await team.text(ROBIN, "Hola!");
    expect(await offeredTo(team, KIM)).toBe("ana");
    expect(await loadOf(team.ana)).toBe(1);
  });
});

/** Sends a customer's text. @returns the agent who is offered the conversation. */
const offeredTo = async (team: Team, customer: string, text = "My tent leaks.") => {
  await team.text(customer, text);
  return (await viewConversation(team, conversationIdFor(customer))).offer?.agentId;
};
