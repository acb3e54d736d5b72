import { describe, expect, it } from "vitest";
import { conversationIdFor } from "../support/organisation.ts";
import { bringTo, loadOf, ROBIN, setCapacity, shareTwin, startTeam, viewConversation } from "../support/team.ts";

const nextTeam = shareTwin();

describe("a conversation", () => {
  it("is offered to an agent for two minutes when a customer texts", async () => {
    const team = nextTeam();
    const { offer, ...conversation } = await viewConversation(team, await bringTo("offered", team));
    expect(conversation).toMatchObject({ state: "offered", dynamicsState: "Open" });
    expect(offer.agentId).toBe(team.ana.id);
    expect(Math.round((Date.parse(offer.expiresAt) - Date.parse(offer.offeredAt)) / 1000)).toBe(120);
  });

  it("waits in its queue while no agent is eligible", async () => {
    const team = nextTeam();
    const conversation = await viewConversation(team, await bringTo("queued", team));
    expect(conversation).toMatchObject({ state: "queued", dynamicsState: "Open", queueId: team.queueId });
  });

  it("becomes active when its agent accepts it", async () => {
    const team = nextTeam();
    const id = await bringTo("offered", team);
    const { status, body } = await team.ana.act(id, "accept");
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: "active", dynamicsState: "Active", agentId: team.ana.id });
  });

  it("becomes active when a member of its queue picks it, even one who is away", async () => {
    const team = nextTeam();
    const id = await bringTo("queued", team);
    const { status, body } = await team.ben.act(id, "pick");
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: "active", agentId: team.ben.id, routingDecision: { chosenBy: "picked" } });
    expect(await loadOf(team.ben)).toBe(1);
  });

  it("waits without taking capacity when its agent parks it", async () => {
    const team = nextTeam();
    const id = await bringTo("active", team);
    const { body } = await team.ana.act(id, "park");
    expect(body).toMatchObject({ state: "waiting", dynamicsState: "Waiting", agentId: team.ana.id });
    expect(await loadOf(team.ana)).toBe(0);
  });

  it("becomes active again when its agent resumes it", async () => {
    const team = nextTeam();
    const id = await bringTo("waiting", team);
    expect((await team.ana.act(id, "resume")).body).toMatchObject({ state: "active", agentId: team.ana.id });
    expect(await loadOf(team.ana)).toBe(1);
  });

  it("returns through its queue to its last agent when the customer writes while it is parked", async () => {
    const team = nextTeam();
    const id = await bringTo("waiting", team);
    await team.text(ROBIN, "It is the Ridge 2.");
    const { offer, routingDecision } = await viewConversation(team, id);
    expect(offer.agentId).toBe(team.ana.id);
    expect(routingDecision.chosenBy).toBe("preferred");
  });

  it.each(["offered", "active"] as const)("stays %s when the customer writes", async (state) => {
    const team = nextTeam();
    const id = await bringTo(state, team);
    const before = await viewConversation(team, id);
    await team.text(ROBIN, "It is the Ridge 2.");
    const after = await viewConversation(team, id);
    expect(after.lastTextAt > before.lastTextAt).toBe(true);
    expect(after).toEqual({ ...before, preview: "It is the Ridge 2.", lastTextAt: after.lastTextAt });
  });

  it("becomes active again when the customer writes during the wrap-up", async () => {
    const team = nextTeam();
    const id = await bringTo("wrap-up", team);
    await team.text(ROBIN, "One more thing.");
    expect(await viewConversation(team, id)).toMatchObject({ state: "active", agentId: team.ana.id });
    expect(await loadOf(team.ana)).toBe(1);
  });

  it.each(["active", "waiting"] as const)(
    "enters the wrap-up and takes capacity when it ends while %s",
    async (state) => {
      const team = nextTeam();
      const id = await bringTo(state, team);
      expect((await team.ana.act(id, "end")).body).toMatchObject({ state: "wrap-up", dynamicsState: "Wrap-up" });
      expect(await loadOf(team.ana)).toBe(1);
    },
  );

  it("closes when its agent finishes the wrap-up", async () => {
    const team = nextTeam();
    const id = await bringTo("wrap-up", team);
    const { body } = await team.ana.act(id, "finish");
    expect(body).toMatchObject({ state: "closed", dynamicsState: "Closed", closeReason: "ended" });
    expect(await loadOf(team.ana)).toBe(0);
  });

  it("closes at once when it ends in a queue without wrap-up", async () => {
    const team = await startTeam({ queues: [{ id: "support", wrapUpSeconds: 0 }] });
    const id = await bringTo("active", team);
    expect((await team.ana.act(id, "end")).body).toMatchObject({ state: "closed", closeReason: "ended" });
    expect(await loadOf(team.ana)).toBe(0);
  });

  it("closes at once when it ends while parked and its agent has no capacity for a wrap-up", async () => {
    const team = nextTeam();
    await setCapacity(team, team.ana, 1);
    await team.ben.setPresence("away");
    const id = await bringTo("waiting", team);
    await team.text("+14255550124", "Where is my order?"); // takes Ana's only unit
    expect((await team.ana.act(id, "end")).body).toMatchObject({ state: "closed", closeReason: "ended" });
  });

  it("is followed by a new one when the customer writes after it closed", async () => {
    const team = nextTeam();
    const id = await bringTo("closed", team);
    await team.text(ROBIN, "It leaks again.");
    expect((await viewConversation(team, id)).state).toBe("closed");
    expect(
      (await viewConversation(team, conversationIdFor(ROBIN, { number: 2, channelNumber: team.number }))).state,
    ).toBe("offered");
  });
});
