import { describe, expect, it } from "vitest";
import { bringTo, loadOf, openConversation, ROBIN, startTeam, type Team, viewConversation } from "../support/team.ts";

/** The defaults of a queue and of an organisation. */
const OFFER_MS = 120_000;
const DECLINE_MEMORY_MS = 900_000;
const OFFLINE_MS = 900_000;
const LEASE_MS = 150_000;

const advance = async ({ twin }: Team, milliseconds: number): Promise<void> => {
  twin.clock.advance(milliseconds);
  await twin.settled();
};

/** Lets time pass in minutes, so that each sweep finds what the one before it left. */
const pass = async (team: Team, milliseconds: number): Promise<void> => {
  for (let passed = 0; passed < milliseconds; passed += 60_000) await advance(team, 60_000);
};

/** The conversations that a supervisor sees among those that are open. */
const openConversations = async ({ sofia }: Team, query = "") =>
  (await sofia.call(`conversations${query}`)).body.items.map(({ id, state }: { id: string; state: string }) => [
    id,
    state,
  ]);

describe("a lone agent who misses an offer again and again", () => {
  it("is offered the conversation again each time the queue has forgotten the declines", async () => {
    const team = await startTeam({ agents: [{ id: "ana" }] });
    const id = await openConversation(team);
    for (let missed = 1; missed <= 4; missed++) {
      expect([missed, (await viewConversation(team, id)).state]).toEqual([missed, "offered"]);
      await advance(team, OFFER_MS);
      if (missed % 3 > 0) continue;
      expect((await viewConversation(team, id)).waiting).toMatchObject({ obstacle: "all-declined" });
      await advance(team, DECLINE_MEMORY_MS - 2 * OFFER_MS);
    }
    expect(await team.ana.workItems("offered")).toEqual([id]);
  });
});

describe("an agent who vanishes", () => {
  const startWithLease = () => startTeam({ presenceLeaseSeconds: LEASE_MS / 1000 });

  /** Ana makes her last request, Ben keeps his console open. */
  const passWithoutAna = async (team: Team, milliseconds: number): Promise<void> => {
    for (let passed = 0; passed < milliseconds; passed += 60_000) {
      await team.ben.call("me/heartbeat", { method: "POST" });
      await advance(team, 60_000);
    }
  };

  it("while a conversation is offered to her leaves it to the next agent", async () => {
    const team = await startWithLease();
    const id = await bringTo("offered", team);
    await team.ana.call("me");
    await passWithoutAna(team, OFFER_MS);
    expect(await team.ben.workItems("offered")).toEqual([id]);
  });

  it("before a text arrives is not offered it", async () => {
    const team = await startWithLease();
    await team.ana.call("me");
    await passWithoutAna(team, LEASE_MS);
    const id = await openConversation(team);
    expect(await team.ben.workItems("offered")).toEqual([id]);
    expect((await viewConversation(team, id)).routingDecision.excluded).toEqual([
      { agentId: "ana", reason: "presence" },
    ]);
  });

  it.each(["active", "waiting"] as const)(
    "with a conversation that is %s and awaits a reply loses it to the queue",
    async (state) => {
      const team = await startWithLease();
      const id = await bringTo(state, team);
      expect(await openConversations(team, "?agentId=ana")).toEqual([[id, state]]);
      await passWithoutAna(team, LEASE_MS + OFFLINE_MS + 60_000);
      expect(await team.ben.workItems("offered")).toEqual([id]);
      expect(await openConversations(team)).toEqual([[id, "offered"]]);
      expect(await loadOf(team.ana)).toBe(0);
    },
  );

  it("keeps a conversation that awaits no reply, and supervisors see it", async () => {
    const team = await startWithLease();
    const id = await bringTo("active", team);
    await team.ana.reply(id, "Which model is it?");
    await passWithoutAna(team, LEASE_MS + OFFLINE_MS + 60_000);
    expect(await openConversations(team, "?state=active&queueId=support&agentId=ana")).toEqual([[id, "active"]]);
    await team.text(ROBIN, "The Ridge 2.");
    await passWithoutAna(team, OFFLINE_MS + 60_000);
    expect(await team.ben.workItems("offered")).toEqual([id]);
  });

  it("during the wrap-up leaves a conversation that closes by itself", async () => {
    const team = await startTeam({ presenceLeaseSeconds: 150, queues: [{ id: "support", wrapUpSeconds: 600 }] });
    const id = await bringTo("wrap-up", team);
    await passWithoutAna(team, 660_000);
    expect((await viewConversation(team, id)).state).toBe("closed");
  });

  it("for less than the queue's time keeps the conversation, and the declines of others stay", async () => {
    const team = await startWithLease();
    const id = await bringTo("offered", team);
    await team.ana.act(id, "decline");
    await team.twin.settled();
    await team.ben.act(id, "accept");
    await advance(team, LEASE_MS + OFFLINE_MS - 60_000);
    expect(await openConversations(team)).toEqual([[id, "active"]]);
    expect((await team.ben.call("me")).body.presence).toBe("available");
  });

  it("and comes back is offered what waits, at once", async () => {
    const team = await startTeam({ agents: [{ id: "ana" }], presenceLeaseSeconds: 150 });
    await team.ana.call("me");
    await advance(team, LEASE_MS);
    const id = await openConversation(team);
    expect((await viewConversation(team, id)).state).toBe("queued");
    await team.ana.call("me/heartbeat", { method: "POST" });
    await team.twin.settled();
    expect(await team.ana.workItems("offered")).toEqual([id]);
  });
});

describe("an agent who is there and does not answer", () => {
  it("loses the conversation to another agent where the queue says so", async () => {
    const team = await startTeam({ queues: [{ id: "support", agentSilentSeconds: 300 }] });
    const id = await bringTo("active", team);
    await pass(team, 360_000);
    expect(await team.ben.workItems("offered")).toEqual([id]);
  });
});

describe("a queue without members", () => {
  it("says so, to supervisors who look at a conversation in it", async () => {
    const team = await startTeam({ agents: [] });
    const id = await openConversation(team);
    expect((await viewConversation(team, id)).waiting).toEqual({
      eligible: [],
      excluded: [],
      obstacle: "no-members",
    });
  });
});
