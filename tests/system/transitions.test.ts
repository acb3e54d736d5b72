import { describe, expect, it } from "vitest";
import { conversationOf } from "./company.ts";
import { bringTo, loadOf, ROBIN, setTeam, shareTwin, show } from "./team.ts";

const nextTeam = shareTwin();

describe("a conversation", () => {
  it("is offered to an agent for two minutes when a customer texts", async () => {
    const team = nextTeam();
    const { offer, ...conversation } = await show(team, await bringTo("offered", team));
    expect(conversation).toMatchObject({ state: "offered", dynamicsState: "Open" });
    expect(offer.agentId).toBe(team.ana.id);
    expect(Date.parse(offer.expiresAt) - Date.parse(offer.offeredAt)).toBe(120_000);
  });

  it("waits in its queue while nobody can take it", async () => {
    const team = nextTeam();
    const conversation = await show(team, await bringTo("queued", team));
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
    expect(body).toMatchObject({ state: "active", agentId: team.ben.id, reason: { by: "picked" } });
    expect(await loadOf(team.ben)).toBe(1);
  });

  it("waits, and takes no capacity, when its agent parks it", async () => {
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

  it("goes through its queue to its last agent when the customer writes while it waits", async () => {
    const team = nextTeam();
    const id = await bringTo("waiting", team);
    await team.text(ROBIN, "It is the Ridge 2.");
    const { offer, reason } = await show(team, id);
    expect(offer.agentId).toBe(team.ana.id);
    expect(reason.by).toBe("preferred");
  });

  it.each(["offered", "active"] as const)("stays %s when the customer writes", async (state) => {
    const team = nextTeam();
    const id = await bringTo(state, team);
    const before = await show(team, id);
    await team.text(ROBIN, "It is the Ridge 2.");
    const { lastTextAt: _, ...after } = await show(team, id);
    expect({ ...before, preview: "It is the Ridge 2." }).toMatchObject(after);
  });

  it("becomes active again when the customer writes during the wrap-up", async () => {
    const team = nextTeam();
    const id = await bringTo("wrap-up", team);
    await team.text(ROBIN, "One more thing.");
    expect(await show(team, id)).toMatchObject({ state: "active", agentId: team.ana.id });
    expect(await loadOf(team.ana)).toBe(1);
  });

  it.each(["active", "waiting"] as const)(
    "goes to the wrap-up, and takes capacity, when it ends while %s",
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
    expect(body).toMatchObject({ state: "closed", dynamicsState: "Closed", closedBecause: "ended" });
    expect(await loadOf(team.ana)).toBe(0);
  });

  it("closes at once when it ends in a queue without wrap-up", async () => {
    const team = await setTeam({ queues: [{ id: "support", wrapUpSeconds: 0 }] });
    const id = await bringTo("active", team);
    expect((await team.ana.act(id, "end")).body).toMatchObject({ state: "closed", closedBecause: "ended" });
    expect(await loadOf(team.ana)).toBe(0);
  });

  it("closes at once when it ends while it waits and its agent has no room for a wrap-up", async () => {
    const team = await setTeam({ agents: [{ id: "ana", capacity: 1 }] });
    const id = await bringTo("waiting", team);
    await team.text("+14255550124", "Where is my order?"); // takes Ana's only unit
    expect((await team.ana.act(id, "end")).body).toMatchObject({ state: "closed", closedBecause: "ended" });
  });

  it("is followed by the next one when the customer writes after it closed", async () => {
    const team = nextTeam();
    const id = await bringTo("closed", team);
    await team.text(ROBIN, "It leaks again.");
    expect((await show(team, id)).state).toBe("closed");
    expect((await show(team, conversationOf(ROBIN, { number: 2, company: team.number }))).state).toBe("offered");
  });
});

describe("a conversation that its agent releases", () => {
  it.each(["active", "waiting"] as const)("is offered to the other agent, from %s", async (state) => {
    const team = nextTeam();
    const id = await bringTo(state, team);
    const { status, body } = await team.ana.act(id, "release");
    expect(status).toBe(200);
    expect(body.state).toBe("queued");
    await team.twin.settled();
    expect(await team.ben.workItems("offered")).toEqual([id]);
    expect(await loadOf(team.ana)).toBe(0);
  });

  it("is not offered to that agent again", async () => {
    const team = nextTeam();
    const id = await bringTo("active", team);
    await team.ben.setPresence("away");
    await team.ana.act(id, "release");
    await team.twin.settled();
    const { state, waiting } = await show(team, id);
    expect(state).toBe("queued");
    expect(waiting.excluded).toContainEqual({ agentId: team.ana.id, because: "declined" });
  });
});

describe("a conversation that is transferred", () => {
  const STATES = ["queued", "offered", "active", "waiting"] as const;

  it.each(STATES)("is offered in the other queue, from %s", async (state) => {
    const team = nextTeam();
    const id = await bringTo(state, team);
    expect((await team.ana.act(id, "transfer", { queueId: "billing" })).status).toBe(200);
    await team.twin.settled();
    expect(await team.colleague("cleo").workItems("offered")).toContain(id);
    expect(await loadOf(team.ana)).toBe(0);
  });

  it.each(STATES)("is offered to the chosen agent, from %s", async (state) => {
    const team = nextTeam();
    const id = await bringTo(state, team);
    const { status, body } = await team.ana.act(id, "transfer", { agentId: team.ben.id });
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: "offered", offer: { agentId: team.ben.id }, reason: { by: "transfer" } });
    expect([await loadOf(team.ana), await loadOf(team.ben)]).toEqual([0, 1]);
  });

  it("goes back to its queue when the chosen agent rejects it", async () => {
    const team = nextTeam();
    const id = await bringTo("active", team);
    await team.ana.act(id, "transfer", { agentId: team.ben.id });
    expect((await team.ben.act(id, "reject")).body.state).toBe("queued");
    await team.twin.settled();
    expect(await team.ana.workItems("offered")).toEqual([id]);
  });

  it("stays where it is when the chosen agent has no room", async () => {
    const team = await setTeam({ agents: [{ id: "ana" }, { id: "ben", capacity: 0 }] });
    const id = await bringTo("active", team);
    const { status, body } = await team.ana.act(id, "transfer", { agentId: "ben" });
    expect(status).toBe(409);
    expect(body.type).toBe("urn:hilo:problem:no-room");
    expect(await team.ana.workItems("active")).toEqual([id]);
  });

  it.each([{ queueId: "nowhere" }, { agentId: "nobody" }])("goes nowhere when there is no %j", async (destination) => {
    const team = nextTeam();
    const id = await bringTo("active", team);
    const { status, body } = await team.ana.act(id, "transfer", destination);
    expect(status).toBe(422);
    expect(body.errors[0].field).toBe(Object.keys(destination)[0]);
    expect(await team.ana.workItems("active")).toEqual([id]);
  });
});

describe("a supervisor", () => {
  it.each(["queued", "offered", "active", "waiting", "wrap-up"] as const)(
    "closes a conversation of others at once, from %s",
    async (state) => {
      const team = nextTeam();
      const id = await bringTo(state, team);
      const { status, body } = await team.sofia.act(id, "end");
      expect(status).toBe(200);
      expect(body).toMatchObject({ state: "closed", closedBecause: "supervisor" });
      expect(await loadOf(team.ana)).toBe(0);
    },
  );

  it("transfers a conversation of others", async () => {
    const team = nextTeam();
    const id = await bringTo("active", team);
    expect((await team.sofia.act(id, "transfer", { agentId: team.ben.id })).status).toBe(200);
    expect(await team.ben.workItems("offered")).toEqual([id]);
    expect(await loadOf(team.ana)).toBe(0);
  });
});
