import { describe, expect, it } from "vitest";
import { conversationIdFor } from "../support/organisation.ts";
import {
  bringTo,
  loadOf,
  openConversation,
  setCapacity,
  shareTwin,
  startTeam,
  viewConversation,
} from "../support/team.ts";

const nextTeam = shareTwin();
const KIM = "+14255550124";

describe("an agent's presence", () => {
  it.each(["busy", "do-not-disturb", "away", "offline"])("prevents offers while it is %s", async (presence) => {
    const team = nextTeam();
    await team.ben.setPresence("away");
    await team.ana.setPresence(presence);
    const id = await openConversation(team);
    expect(await team.ana.workItems("offered")).toEqual([]);
    expect((await viewConversation(team, id)).state).toBe("queued");
  });

  it("brings the waiting conversation when it becomes available", async () => {
    const team = nextTeam();
    const id = await bringTo("queued", team);
    expect((await team.ana.setPresence("available")).body.presence).toBe("available");
    await team.twin.settled();
    expect(await team.ana.workItems("offered")).toEqual([id]);
  });

  it("leaves the agent's conversations unchanged", async () => {
    const team = nextTeam();
    const id = await bringTo("active", team);
    await team.ana.setPresence("offline");
    await team.twin.settled();
    expect(await team.ana.workItems("active")).toEqual([id]);
  });

  it("cannot be set to inactive by the agent", async () => {
    expect((await nextTeam().ana.setPresence("inactive")).status).toBe(422);
  });
});

describe("an agent's capacity", () => {
  it("is filled and never exceeded", async () => {
    const team = nextTeam();
    await setCapacity(team, team.ana, 1);
    await setCapacity(team, team.ben, 0);
    await bringTo("active", team);
    await team.text(KIM, "Where is my order?");
    const { state, waiting } = await viewConversation(team, conversationIdFor(KIM, { channelNumber: team.number }));
    expect(state).toBe("queued");
    expect(waiting).toEqual({
      eligible: [],
      excluded: [team.ana, team.ben].map(({ id }) => ({ agentId: id, reason: "capacity" })),
    });
  });

  it("is taken in the units of the channel", async () => {
    const team = await startTeam({
      agents: [{ id: "ana", capacity: 5 }],
      channels: [{ id: "main", capacityUnits: 3 }],
    });
    await bringTo("offered", team);
    await team.text(KIM, "Where is my order?");
    expect(await loadOf(team.ana)).toBe(3);
    expect((await viewConversation(team, conversationIdFor(KIM))).state).toBe("queued");
  });

  it("brings the waiting conversation when it is released", async () => {
    const team = nextTeam();
    await setCapacity(team, team.ana, 1);
    await setCapacity(team, team.ben, 0);
    const id = await bringTo("active", team);
    await team.text(KIM, "Where is my order?");
    await team.ana.act(id, "park");
    await team.twin.settled();
    expect(await team.ana.workItems("offered")).toEqual([conversationIdFor(KIM, { channelNumber: team.number })]);
  });

  it("brings the waiting conversation when an administrator raises it", async () => {
    const team = nextTeam();
    await setCapacity(team, team.ana, 0);
    await setCapacity(team, team.ben, 0);
    const id = await openConversation(team);
    expect((await viewConversation(team, id)).state).toBe("queued");
    await setCapacity(team, team.ana, 1);
    expect(await team.ana.workItems("offered")).toEqual([id]);
  });
});
