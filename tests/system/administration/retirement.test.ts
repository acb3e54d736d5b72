import { describe, expect, it } from "vitest";
import type { Colleague } from "../../../local/people.ts";
import { conversationIdFor } from "../support/organisation.ts";
import { bringTo, type RestingState, ROBIN, shareTwin, startTeam, viewConversation } from "../support/team.ts";

const nextTeam = shareTwin();
const KIM = "+14255550124";

const remove = (admin: Colleague, path: string) => admin.call(path, { method: "DELETE" });

const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

describe("a retired agent", () => {
  it.each<[RestingState, RestingState]>([
    ["offered", "offered"],
    ["active", "offered"],
    ["waiting", "offered"],
    ["wrap-up", "closed"],
  ])("gives up a conversation that is %s, and gets no other", async (state, afterwards) => {
    const team = nextTeam();
    const { admin, ana, ben, twin } = team;
    const id = await bringTo(state, team);
    const { status, body } = await remove(admin, `agents/${ana.id}`);
    expect([status, body]).toEqual([200, expect.objectContaining({ retiredAt: expect.any(String), load: 0 })]);
    await twin.settled();
    expect((await viewConversation(team, id)).state).toBe(afterwards);
    await team.text(KIM, "Where is my order?");
    const owned = await ben.workItems("offered");
    expect(owned).toContain(conversationIdFor(KIM, { channelNumber: team.number }));
    expect(owned.includes(id)).toBe(afterwards === "offered");
    expect((await ana.call(`conversations/${id}`)).status).toBe(403);
    expect((await ana.call("me/presence", { method: "PUT", body: { presence: "available" } })).status).toBe(404);
    expect((await remove(admin, `agents/${ana.id}`)).body).toEqual(body);
  });

  it("is an agent again after the profile is saved, and the audit shows both", async () => {
    const team = nextTeam();
    const { admin, ana, queueId, twin } = team;
    await remove(admin, `agents/${ana.id}`);
    const profile = { name: "Ana", capacity: 1, queueIds: [queueId], skills: [] };
    expect((await admin.call(`agents/${ana.id}`, { method: "PUT", body: profile })).body).toEqual({
      id: ana.id,
      presence: "offline",
      load: 0,
      ...profile,
    });
    await team.ben.setPresence("away");
    await ana.setPresence("available");
    await team.text(ROBIN, "My tent leaks.");
    await twin.settled();
    expect(await ana.workItems("offered")).toHaveLength(1);
    const { items } = (await admin.call("audit?limit=100")).body;
    const operations = items
      .filter(({ target }: { target: { id?: string } }) => target.id === ana.id)
      .map(({ operation, outcome }: { operation: string; outcome: string }) => `${operation}: ${outcome}`);
    expect(operations).toEqual(["save-agent: done", "retire-agent: done"]);
  });
});

describe("a retired queue and channel", () => {
  it("are refused while they are used, and then take no conversations", async () => {
    const number = "+18005551999";
    const team = await startTeam({
      queues: [{ id: "billing" }],
      channels: [
        { id: "main", queueId: "support" },
        { id: "second", number, queueId: "billing" },
      ],
    });
    const { admin, sofia, twin } = team;
    await twin.settled();
    await team.customer(ROBIN).text(number, "My invoice is wrong.");
    await twin.settled();
    const id = conversationIdFor(ROBIN, { channelNumber: number });

    const used = await remove(admin, "settings/queues/billing");
    expect([used.status, used.body.errors]).toEqual([
      409,
      [{ field: "channels.second.queueId", message: "refers to it" }],
    ]);
    const open = await remove(admin, "settings/channels/second");
    expect([open.status, open.body.type, open.body.openConversations]).toEqual([
      409,
      "urn:hilo:problem:has-open-conversations",
      { queued: 1 },
    ]);

    expect((await sofia.act(id, "end")).status).toBe(200);
    expect((await remove(admin, "settings/channels/second")).body).toMatchObject({ retiredAt: expect.any(String) });
    expect((await remove(admin, "settings/queues/billing")).body).toMatchObject({ retiredAt: expect.any(String) });
    expect((await admin.call("settings/queues/billing")).body).toMatchObject({ retiredAt: expect.any(String) });
    expect(ids((await admin.call("settings/queues")).body.items)).toEqual(["support"]);
    expect((await sofia.call("queues/billing/work-items")).status).toBe(404);

    await team.customer(KIM).text(number, "Hello?");
    await twin.settled();
    const { items } = (await admin.call("quarantine")).body;
    expect(items).toHaveLength(1);
    expect(
      (await admin.call("settings/queues/billing", { method: "PUT", body: { id: "billing", name: "Billing" } })).body,
    ).not.toHaveProperty("retiredAt");
    expect((await sofia.call("queues/billing/work-items")).status).toBe(200);
  });
});

describe("a retired contact", () => {
  it("is found by no number, and stays with the conversations that are linked to it", async () => {
    const team = await startTeam({ contacts: [{ mobilePhone: ROBIN, firstName: "Robin" }] });
    const { admin, ana } = team;
    await team.text(ROBIN, "My tent leaks.");
    const first = await viewConversation(team, conversationIdFor(ROBIN));
    const [contact] = first.contacts;
    const { status, body } = await remove(admin, `contacts/${contact.id}`);
    expect([status, body]).toMatchObject([200, { id: contact.id, retiredAt: expect.any(String) }]);
    expect((await viewConversation(team, first.id)).contacts).toEqual([body]);
    expect((await ana.call(`contacts?mobilePhone=${encodeURIComponent(ROBIN)}`)).body.items).toEqual([]);
    expect((await ana.call(`contacts/${contact.id}`)).body).toEqual(body);
    expect((await team.sofia.act(first.id, "end")).status).toBe(200);
    await team.text(ROBIN, "And my stove too.");
    expect((await viewConversation(team, conversationIdFor(ROBIN, { number: 2 }))).contacts).toEqual([]);
  });
});
