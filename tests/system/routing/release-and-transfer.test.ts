import { describe, expect, it } from "vitest";
import { bringTo, loadOf, setCapacity, shareTwin, viewConversation } from "../support/team.ts";

const nextTeam = shareTwin();

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
    const { state, waiting } = await viewConversation(team, id);
    expect(state).toBe("queued");
    expect(waiting.excluded).toContainEqual({ agentId: team.ana.id, reason: "declined" });
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
    // Ben is away while it is queued.
    const isAbsent = state === "queued";
    const transferred = await team.ana.act(id, "transfer", { agentId: team.ben.id });
    expect(transferred.status).toBe(isAbsent ? 409 : 200);
    const { body } = isAbsent
      ? await team.sofia.act(id, "transfer", { agentId: team.ben.id, override: true })
      : transferred;
    expect(body).toMatchObject({
      state: "offered",
      offer: { agentId: team.ben.id },
      routingDecision: { chosenBy: "transfer" },
    });
    expect([await loadOf(team.ana), await loadOf(team.ben)]).toEqual([0, 1]);
  });

  it("returns to its queue when the chosen agent declines it", async () => {
    const team = nextTeam();
    const id = await bringTo("active", team);
    await team.ana.act(id, "transfer", { agentId: team.ben.id });
    expect((await team.ben.act(id, "decline")).body.state).toBe("queued");
    await team.twin.settled();
    expect(await team.ana.workItems("offered")).toEqual([id]);
  });

  it("stays where it is when the chosen agent has no capacity", async () => {
    const team = nextTeam();
    await setCapacity(team, team.ben, 0);
    const id = await bringTo("active", team);
    const { status, body } = await team.ana.act(id, "transfer", { agentId: team.ben.id });
    expect(status).toBe(409);
    expect(body.type).toBe("urn:hilo:problem:insufficient-capacity");
    expect(await team.ana.workItems("active")).toEqual([id]);
  });

  it.each([{ queueId: "nowhere" }, { agentId: "unknown" }])(
    "stays where it is when %j does not exist",
    async (destination) => {
      const team = nextTeam();
      const id = await bringTo("active", team);
      const { status, body } = await team.ana.act(id, "transfer", destination);
      expect(status).toBe(422);
      expect(body.errors[0].field).toBe(Object.keys(destination)[0]);
      expect(await team.ana.workItems("active")).toEqual([id]);
    },
  );
});

describe("a supervisor", () => {
  it.each(["queued", "offered", "active", "waiting", "wrap-up"] as const)(
    "closes an agent's conversation at once, from %s",
    async (state) => {
      const team = nextTeam();
      const id = await bringTo(state, team);
      const { status, body } = await team.sofia.act(id, "end");
      expect(status).toBe(200);
      expect(body).toMatchObject({ state: "closed", closeReason: "supervisor" });
      expect(await loadOf(team.ana)).toBe(0);
    },
  );

  it("transfers an agent's conversation", async () => {
    const team = nextTeam();
    const id = await bringTo("active", team);
    expect((await team.sofia.act(id, "transfer", { agentId: team.ben.id })).status).toBe(200);
    expect(await team.ben.workItems("offered")).toEqual([id]);
    expect(await loadOf(team.ana)).toBe(0);
  });
});
