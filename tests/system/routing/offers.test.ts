import { describe, expect, it } from "vitest";
import { Latch } from "../support/latch.ts";
import { bringTo, loadOf, openConversation, shareTwin, startTeam, viewConversation } from "../support/team.ts";

const nextTeam = shareTwin();

/** The default lifetime of an offer. */
const OFFER_MS = 120_000;

describe("an offer that is declined", () => {
  it("goes to the other agent", async () => {
    const team = nextTeam();
    const id = await bringTo("offered", team);
    expect((await team.ana.act(id, "decline")).body.state).toBe("queued");
    await team.twin.settled();
    expect(await team.ben.workItems("offered")).toEqual([id]);
    expect(await loadOf(team.ana)).toBe(0);
  });

  it("returns to the only agent until that agent has declined three times", async () => {
    const team = nextTeam();
    await team.ben.setPresence("away");
    const id = await bringTo("offered", team);
    for (const declines of [1, 2]) {
      await team.ana.act(id, "decline");
      await team.twin.settled();
      expect([declines, await team.ana.workItems("offered")]).toEqual([declines, [id]]);
    }
    await team.ana.act(id, "decline");
    await team.twin.settled();
    const { state, waiting } = await viewConversation(team, id);
    expect(state).toBe("queued");
    expect(waiting.excluded).toContainEqual({ agentId: team.ana.id, reason: "declined" });
  });

  it("can still be picked by the agent who declined it", async () => {
    const team = await startTeam({ agents: [{ id: "ana" }], queues: [{ id: "support", declineLimit: 1 }] });
    const id = await bringTo("offered", team);
    await team.ana.act(id, "decline");
    await team.twin.settled();
    expect(await team.ana.workItems("offered")).toEqual([]);
    expect((await team.ana.act(id, "pick")).body.state).toBe("active");
  });
});

describe("an offer to which the agent does not respond", () => {
  it("goes to the next agent when it expires, and not before", async () => {
    const team = await startTeam();
    const id = await bringTo("offered", team);
    team.twin.clock.advance(OFFER_MS - 10_000);
    await team.twin.settled();
    expect(await team.ana.workItems("offered")).toEqual([id]);
    team.twin.clock.advance(10_000);
    await team.twin.settled();
    expect(await team.ben.workItems("offered")).toEqual([id]);
    expect(await loadOf(team.ana)).toBe(0);
  });

  it("expires after the time that its queue sets", async () => {
    const team = await startTeam({ queues: [{ id: "support", offerSeconds: 30 }] });
    const id = await bringTo("offered", team);
    team.twin.clock.advance(30_000);
    await team.twin.settled();
    expect(await team.ben.workItems("offered")).toEqual([id]);
  });

  it("counts as declined", async () => {
    const team = await startTeam({ agents: [{ id: "ana" }] });
    const id = await bringTo("offered", team);
    for (let declines = 0; declines < 3; declines++) {
      expect([declines, (await viewConversation(team, id)).state]).toEqual([declines, "offered"]);
      team.twin.clock.advance(OFFER_MS);
      await team.twin.settled();
    }
    expect((await viewConversation(team, id)).waiting.excluded).toEqual([{ agentId: "ana", reason: "declined" }]);
  });

  it("cannot be accepted after its expiry, even before it is withdrawn", async () => {
    const latch = new Latch("advanceRouting");
    const team = await startTeam({}, { faults: latch.faults });
    const id = await bringTo("offered", team);
    latch.close();
    team.twin.clock.advance(OFFER_MS);
    const { status, body } = await team.ana.act(id, "accept");
    expect(status).toBe(409);
    expect(body.state).toBe("offered");
    latch.open();
  });

  it("makes its agent inactive if the queue says so, until the agent sets a presence", async () => {
    const team = await startTeam({ agents: [{ id: "ana" }], queues: [{ id: "support", inactiveOnMissedOffer: true }] });
    const id = await bringTo("offered", team);
    team.twin.clock.advance(OFFER_MS);
    await team.twin.settled();
    expect((await team.ana.call("me")).body).toMatchObject({ presence: "inactive", load: 0 });
    expect((await viewConversation(team, id)).waiting.excluded).toEqual([{ agentId: "ana", reason: "presence" }]);
    await team.ana.setPresence("available");
    await team.twin.settled();
    expect(await team.ana.workItems("offered")).toEqual([id]);
  });

  it("leaves its agent available by default", async () => {
    const team = await startTeam();
    await bringTo("offered", team);
    team.twin.clock.advance(OFFER_MS);
    await team.twin.settled();
    expect((await team.ana.call("me")).body.presence).toBe("available");
  });
});

describe("a queue that assigns automatically", () => {
  it("makes a conversation active without an offer", async () => {
    const team = await startTeam({ queues: [{ id: "support", assignAutomatically: true }] });
    const id = await openConversation(team);
    expect(await team.ana.workItems("active")).toEqual([id]);
    expect(await viewConversation(team, id)).toMatchObject({
      agentId: "ana",
      routingDecision: { chosenBy: "most-free-capacity" },
    });
    expect(await loadOf(team.ana)).toBe(1);
  });
});
