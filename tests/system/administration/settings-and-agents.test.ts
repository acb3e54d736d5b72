import { describe, expect, it } from "vitest";
import type { Colleague } from "../../../local/people.ts";
import { conversationIdFor } from "../support/organisation.ts";
import { bringTo, ROBIN, shareTwin, startTeam, viewConversation } from "../support/team.ts";

const nextTeam = shareTwin();
const KIM = "+14255550124";

const put = (admin: Colleague, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  admin.call(path, { method: "PUT", body, headers });

describe("settings", () => {
  it("are listed by kind and read by id", async () => {
    const { admin, queueId } = nextTeam();
    const { body } = await admin.call("settings/queues");
    expect(body.items.map(({ id }: { id: string }) => id)).toContain(queueId);
    expect((await admin.call(`settings/queues/${queueId}`)).body).toMatchObject({ id: queueId, offerSeconds: 120 });
    expect((await admin.call("settings/queues/unknown")).status).toBe(404);
    expect((await admin.call("settings/secrets")).status).toBe(422);
  });

  it("are saved with defaults for omitted members", async () => {
    const { admin } = nextTeam();
    const { status, body } = await put(admin, "settings/queues/new-queue", { id: "new-queue", name: "New" });
    expect(status).toBe(200);
    expect(body).toMatchObject({ assignmentMethod: "most-free-capacity", declineLimit: 3, wrapUpSeconds: 86_400 });
    expect((await admin.call("settings/queues/new-queue")).body).toEqual(body);
  });

  it("are refused when If-Match names an older version", async () => {
    const { admin, queueId } = nextTeam();
    const { headers, body } = await admin.call(`settings/queues/${queueId}`);
    const version = { "if-match": headers.get("etag") ?? "" };
    expect((await put(admin, `settings/queues/${queueId}`, { ...body, name: "Mine" }, version)).status).toBe(200);
    const late = await put(admin, `settings/queues/${queueId}`, { ...body, name: "Theirs" }, version);
    expect([late.status, late.body.type]).toEqual([412, "urn:hilo:problem:version-mismatch"]);
    expect((await admin.call(`settings/queues/${queueId}`)).body.name).toBe("Mine");
  });

  it.each([
    ["queues/q", { id: "q", name: "Q", offerSeconds: 9 }, "offerSeconds"],
    ["queues/q", { id: "q", name: "Q", colour: "red" }, "colour"],
    ["queues/q", { id: "other", name: "Q" }, "id"],
    ["queues/q", { id: "q", name: "Q", overflow: { afterSeconds: 60, toQueueId: "nowhere" } }, "overflow.toQueueId"],
    ["channels/c", { id: "c", provider: "acs", number: "+18005551000", name: "C", enabled: true }, "number"],
    [
      "routing-rules/routing-rules",
      { id: "routing-rules", rules: [{ name: "r", when: {}, queueId: "nowhere" }] },
      "rules.0.queueId",
    ],
    ["operating-hours/o", { id: "o", timeZone: "Mars/Olympus", week: [], holidays: [] }, "timeZone"],
  ])("are refused with the name of the wrong member: %s %j", async (path, setting, field) => {
    const { admin } = nextTeam();
    const { status, body } = await put(admin, `settings/${path}`, setting);
    expect(status).toBe(422);
    expect(body.errors.map((error: { field: string }) => error.field)).toEqual([field]);
  });

  it("apply to the next text", async () => {
    const team = await startTeam({ queues: [{ id: "billing" }] });
    await team.text(ROBIN, "My invoice is wrong.");
    expect((await viewConversation(team, conversationIdFor(ROBIN))).queueId).toBe("support");
    const rules = [{ name: "bills", when: { textContains: ["invoice"] }, queueId: "billing" }];
    await put(team.admin, "settings/routing-rules/routing-rules", { id: "routing-rules", rules });
    await team.text(KIM, "My invoice is wrong.");
    expect((await viewConversation(team, conversationIdFor(KIM))).queueId).toBe("billing");
  });

  it("apply at once to conversations that wait in a queue", async () => {
    const team = nextTeam();
    const id = await bringTo("queued", team);
    await put(team.admin, `settings/queues/${team.queueId}`, {
      id: team.queueId,
      name: "Q",
      allowedPresences: ["away"],
    });
    await team.twin.settled();
    expect((await viewConversation(team, id)).state).toBe("offered");
  });
});

describe("agents", () => {
  it("start offline, and get work when they become available", async () => {
    const team = nextTeam();
    const sofia = { name: "Sofia", capacity: 1, queueIds: [team.queueId], skills: ["es"] };
    expect((await put(team.admin, "agents/sofia", sofia)).body).toEqual({
      id: "sofia",
      ...sofia,
      presence: "offline",
      load: 0,
    });
    const id = await bringTo("queued", team);
    await team.sofia.setPresence("available");
    await team.twin.settled();
    expect(await team.sofia.workItems("offered")).toEqual([id]);
  });

  it("keep their presence and load when their profile changes", async () => {
    const team = nextTeam();
    await bringTo("active", team);
    const profile = { name: "Anna", capacity: 5, queueIds: [team.queueId], skills: [] };
    const { body } = await put(team.admin, `agents/${team.ana.id}`, profile);
    expect(body).toMatchObject({ ...profile, presence: "available", load: 1 });
    expect((await team.ben.call(`agents/${team.ana.id}`)).body).toEqual(body);
  });

  it("keep their conversations when their capacity falls below their load, and get no more", async () => {
    const team = nextTeam();
    await team.ben.setPresence("away");
    const id = await bringTo("active", team);
    await put(team.admin, `agents/${team.ana.id}`, { name: "Ana", capacity: 0, queueIds: [team.queueId], skills: [] });
    await team.text(KIM, "Where is my order?");
    expect(await team.ana.workItems()).toEqual([id]);
  });

  it("are refused with a queue that does not exist", async () => {
    const { admin, ana } = nextTeam();
    const profile = { name: "Ana", capacity: 1, queueIds: ["nowhere"], skills: [] };
    const { status, body } = await put(admin, `agents/${ana.id}`, profile);
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ field: "queueIds", message: 'there is no queue "nowhere"' }]);
  });

  it("are listed in pages, every agent once", async () => {
    const { admin } = nextTeam();
    const seen: string[] = [];
    let continuation = "";
    do {
      const { body } = await admin.call(`agents?limit=30${continuation && `&continuation=${continuation}`}`);
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      continuation = body.continuation ?? "";
    } while (continuation);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(["ana-0", "ben-39", "cleo"]));
  });
});
