import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Colleague } from "../../local/people.ts";
import { LiveConsole } from "../contracts/live-console.ts";
import { bringTo, openConversation, ROBIN, shareTwin, startTeam } from "./support/team.ts";

const nextTeam = shareTwin();
/** The default lifetime of an offer. */
const OFFER_MS = 120_000;
/** A loaded machine is slow. */
const PATIENCE = { timeout: 20_000 };
/** Less than the writes of the test would take if each waited for the limit of a request, 2 seconds. */
const WITHOUT_WAITING_MS = 15_000;
const TEXT = "My tent leaks.";

/** Opens the live connection of a colleague's console. */
const openLive = async (colleague: Colleague): Promise<LiveConsole> => {
  const { status, body } = await colleague.call("me/live", { method: "POST" });
  if (status !== 200) throw new Error(`${colleague.id} gets no live connection: ${status}`);
  const live = await LiveConsole.open(body.connection.url);
  onTestFinished(() => live.close());
  return live;
};

describe("an open console", () => {
  it("is notified when a customer texts, and of the reply and its delivery", async () => {
    const team = nextTeam();
    const live = await openLive(team.ana);
    const id = await openConversation(team);
    await live.change({ conversationId: id, agentIds: [], queueIds: [team.queueId] });
    await live.change({ conversationId: id, agentIds: [team.ana.id], queueIds: [team.queueId] });
    await team.ana.act(id, "accept");
    const { body } = await team.ana.reply(id, "Which model is it?");
    await team.twin.settled();
    await live.change({ kind: "message", conversationId: id, messageId: body.message.id });
    const before = live.changes.length;
    await team.text(ROBIN, "The Ridge 2.");
    await live.change({ conversationId: id, agentIds: [team.ana.id], queueIds: [] });
    expect(live.changes.length).toBeGreaterThan(before);
  });

  it("is notified of a supervisor's note in a conversation of its agent", async () => {
    const team = nextTeam();
    const id = await bringTo("active", team);
    const live = await openLive(team.ana);
    const { status } = await team.sofia.call(`conversations/${id}/notes`, { body: { text: "Offer a new one." } });
    expect(status).toBe(201);
    await live.change({ kind: "message", conversationId: id, agentIds: [team.sofia.id, team.ana.id] });
    expect(live.raw).not.toContain("Offer");
  });

  it("gets ids only", async () => {
    const team = nextTeam();
    const live = await openLive(team.sofia);
    const id = await bringTo("active", team);
    await team.ana.reply(id, "Which model is it?");
    await team.twin.settled();
    await live.change({ kind: "message", conversationId: id });
    for (const secret of [TEXT, "Which model", "tent", ROBIN, ROBIN.slice(1), team.number.slice(1)]) {
      expect(live.raw).not.toContain(secret);
    }
    const members = new Set(live.changes.flatMap((change) => Object.keys(change)));
    expect([...members].toSorted()).toEqual(["agentIds", "conversationId", "kind", "messageId", "queueIds"]);
  });

  it("is notified when an offer expires, and the next agent's console too", async () => {
    const team = await startTeam();
    const [ana, ben] = [await openLive(team.ana), await openLive(team.ben)];
    const id = await bringTo("offered", team);
    await ana.change({ conversationId: id, agentIds: ["ana"] });
    team.twin.clock.advance(OFFER_MS);
    await team.twin.settled();
    await ben.change({ conversationId: id, agentIds: ["ben"] });
    expect(await team.ben.workItems("offered")).toEqual([id]);
    const ofAna = () => ana.changes.filter(({ agentIds }) => JSON.stringify(agentIds) === '["ana"]');
    await vi.waitFor(() => expect(ofAna()).toHaveLength(2), PATIENCE);
  });

  it("is notified of a transfer, as is the colleague's who gives it away, and nobody else's", async () => {
    const team = nextTeam();
    const id = await bringTo("active", team);
    const others = nextTeam();
    const lives = await Promise.all([team.ana, team.ben, others.ana].map(openLive));
    const [ana, ben, other] = lives as [LiveConsole, LiveConsole, LiveConsole];
    await team.ana.act(id, "transfer", { agentId: team.ben.id });
    await Promise.all([ana, ben].map((live) => live.change({ conversationId: id, queueIds: [] })));
    const otherId = await openConversation(others);
    await other.change({ conversationId: otherId });
    expect(new Set(other.changes.map(({ conversationId }) => conversationId))).toEqual(new Set([otherId]));
  });

  it("is closed when the queues of its agent change, and then gets those of the new ones", async () => {
    const team = nextTeam();
    const others = nextTeam();
    const live = await openLive(team.ana);
    const body = { name: "Ana", capacity: 3, queueIds: [others.queueId], skills: [] };
    await team.admin.call(`agents/${team.ana.id}`, { method: "PUT", body });
    await live.closed();
    const again = await openLive(team.ana);
    const id = await openConversation(others);
    await again.change({ conversationId: id, queueIds: [others.queueId] });
  });

  it("can neither join a group nor send", async () => {
    const live = await openLive(nextTeam().ana);
    expect(await live.request({ type: "joinGroup", group: "supervisors" })).toBe(false);
    expect(await live.request({ type: "sendToGroup", group: "supervisors", dataType: "json", data: {} })).toBe(false);
  });
});

describe("a failure of Web PubSub", () => {
  it.each(["hanging", "unavailable"] as const)("delays and loses nothing while it is %s", async (fault) => {
    const team = await startTeam();
    const live = await openLive(team.ana);
    team.twin.webPubSub.faults.requests = fault;
    const startedAt = performance.now();
    const id = await bringTo("active", team);
    expect((await team.ana.reply(id, "Which model is it?")).status).toBe(202);
    await team.twin.settled();
    const tookMs = performance.now() - startedAt;
    expect(live.changes).toEqual([]);
    expect(await team.customer(ROBIN).received()).toEqual(["Which model is it?"]);
    expect(tookMs).toBeLessThan(WITHOUT_WAITING_MS);
    team.twin.webPubSub.faults.requests = "served";
    await team.ana.act(id, "park");
    await live.change({ conversationId: id, agentIds: ["ana"] });
  });

  it("is over when a console connects again", async () => {
    const team = await startTeam();
    const live = await openLive(team.ana);
    team.twin.webPubSub.dropConnections();
    await live.closed();
    const again = await openLive(team.ana);
    const id = await openConversation(team);
    await again.change({ conversationId: id, agentIds: ["ana"] });
  });
});
