import { describe, expect, it } from "vitest";
import { addSeconds } from "../../../shared/kernel/instant.ts";
import { sampleConversation } from "../../../tests/fakes/sample-conversation.ts";
import { sampleAgent } from "../../../tests/fakes/sample-organisation.ts";
import { ADMINISTRATOR, AGENT, SUPERVISOR, TestApi } from "../../../tests/http/test-api.ts";

const profile = { name: "Ada", capacity: 5, queueIds: ["support", "billing"], skills: ["german"] };

describe("GET /agents", () => {
  it("lists agents page by page", async () => {
    const api = new TestApi();
    const first = await api.get("/agents?limit=1", { as: AGENT });
    const second = await api.get(`/agents?limit=1&continuation=${first.body.continuation}`, { as: AGENT });
    expect([...first.body.items, ...second.body.items].map(({ id }) => id)).toEqual(["agent-a", "agent-b"]);
  });

  it("does not show the claims of an agent", async () => {
    const api = new TestApi();
    const claims = { [sampleConversation("active").id]: { units: 1, claimedAt: api.fakes.now(), token: "token-a" } };
    api.fakes.agents.seed(sampleAgent("agent-a", { load: 1, claims }));
    for (const path of ["/agents", "/agents/agent-a", "/me"]) {
      expect(JSON.stringify((await api.get(path, { as: AGENT })).body)).not.toContain("token-a");
    }
  });

  it("responds 404 for an agent that does not exist", async () => {
    expect((await new TestApi().get("/agents/unknown", { as: AGENT })).status).toBe(404);
  });
});

describe("PUT /agents/{id}", () => {
  it("creates an agent, offline and without load, and dispatches its queues", async () => {
    const api = new TestApi();
    const { body } = await api.put("/agents/ada", { as: ADMINISTRATOR, body: profile });
    expect(body).toEqual({ id: "ada", presence: "offline", load: 0, ...profile });
    expect(api.fakes.jobs.dispatches).toEqual([
      { queueId: "support", cause: "settings" },
      { queueId: "billing", cause: "settings" },
    ]);
  });

  it("changes the profile of an agent and leaves its presence", async () => {
    const { body } = await new TestApi().put("/agents/agent-a", { as: ADMINISTRATOR, body: profile });
    expect(body).toMatchObject({ ...profile, presence: "available" });
  });

  it("replaces the profile only while its ETag matches, although load and presence change", async () => {
    const api = new TestApi();
    const { etag = "" } = (await api.get("/agents/agent-a", { as: ADMINISTRATOR })).headers;
    expect((await api.put("/me/presence", { as: AGENT, body: { presence: "busy" } })).headers.etag).toBe(etag);
    const change = { as: ADMINISTRATOR, headers: { "if-match": etag }, body: profile };
    const saved = await api.put("/agents/agent-a", change);
    expect(saved.status).toBe(200);
    expect(saved.headers.etag).not.toBe(etag);
    expect((await api.get("/agents/agent-a", { as: AGENT })).headers.etag).toBe(saved.headers.etag);
    const second = await api.put("/agents/agent-a", { ...change, body: { ...profile, capacity: 1 } });
    expect([second.status, second.body.type]).toEqual([412, "urn:hilo:problem:version-mismatch"]);
    expect((await api.get("/agents/agent-a", { as: AGENT })).body).toMatchObject({ ...profile, presence: "busy" });
  });

  it("does not create an agent for an If-Match, because there is no agent to replace", async () => {
    const sent = { as: ADMINISTRATOR, headers: { "if-match": '"b2xk"' }, body: profile };
    expect((await new TestApi().put("/agents/ada", sent)).status).toBe(412);
  });

  it("refuses an unknown queue, and saves nothing", async () => {
    const api = new TestApi();
    const body = { ...profile, queueIds: ["support", "sales"] };
    const received = await api.put("/agents/ada", { as: ADMINISTRATOR, body });
    expect(received.body).toMatchObject({
      status: 422,
      errors: [{ field: "queueIds", message: 'there is no queue "sales"' }],
    });
    expect((await api.get("/agents/ada", { as: AGENT })).status).toBe(404);
  });

  it.each([
    [{ ...profile, capacity: -1 }, "capacity"],
    [{ ...profile, presence: "available" }, "presence"],
  ])("refuses %j, and names the field %s", async (body, field) => {
    const received = await new TestApi().put("/agents/ada", { as: ADMINISTRATOR, body });
    expect([received.status, received.body.errors[0].field]).toEqual([422, field]);
  });
});

describe("PUT /agents/{id}/presence", () => {
  const set = (api: TestApi, presence: string, { as = SUPERVISOR, id = "agent-a" } = {}) =>
    api.put(`/agents/${id}/presence`, { as, body: { presence } });

  it.each([SUPERVISOR, ADMINISTRATOR])("sets the presence and dispatches the agent's queues", async (as) => {
    const api = new TestApi();
    const { status, body } = await set(api, "away", { as });
    expect([status, body.id, body.presence]).toEqual([200, "agent-a", "away"]);
    expect(api.fakes.jobs.dispatches).toEqual([{ queueId: "support", cause: "presence" }]);
  });

  it("is audited", async () => {
    const api = new TestApi();
    await set(api, "offline");
    expect(api.fakes.audit.all()).toMatchObject([
      {
        by: "boss",
        operation: "set-agent-presence",
        target: { id: "agent-a" },
        members: ["presence"],
        outcome: "done",
      },
    ]);
  });

  it("sets a presence that is believed for one lease, unless the agent makes a request", async () => {
    const api = new TestApi();
    const presence = async () => (await api.get("/agents/agent-a", { as: SUPERVISOR })).body.presence;
    const { body } = await set(api, "available");
    expect(body.believedUntil).toBe(addSeconds(api.fakes.now(), 150));
    api.fakes.clock.advance(149);
    expect(await presence()).toBe("available");
    api.fakes.clock.advance(1);
    expect(await presence()).toBe("offline");
    await api.post("/me/heartbeat", { as: AGENT });
    expect(await presence()).toBe("available");
  });

  it("refuses the presence that only the system sets", async () => {
    expect((await set(new TestApi(), "inactive")).status).toBe(422);
  });

  it("responds 404 for an agent that does not exist or was retired", async () => {
    const api = new TestApi();
    await api.delete("/agents/agent-a", { as: ADMINISTRATOR });
    expect((await set(api, "available", { id: "unknown" })).status).toBe(404);
    expect((await set(api, "available")).status).toBe(404);
  });
});

describe("DELETE /agents/{id}", () => {
  const retire = (api: TestApi, headers = {}) => api.delete("/agents/agent-a", { as: ADMINISTRATOR, headers });

  it("retires an agent, who is shown by id and not listed", async () => {
    const api = new TestApi();
    const { status, body, headers } = await retire(api);
    expect([status, body]).toEqual([200, expect.objectContaining({ presence: "offline", retiredAt: api.fakes.now() })]);
    const shown = await api.get("/agents/agent-a", { as: ADMINISTRATOR });
    expect([shown.body, shown.headers.etag]).toEqual([body, headers.etag]);
    const { items } = (await api.get("/agents", { as: ADMINISTRATOR })).body;
    expect(items.map(({ id }: { id: string }) => id)).toEqual(["agent-b"]);
    expect((await retire(api)).body).toEqual(body);
  });

  it("makes the agent count as not registered", async () => {
    const api = new TestApi();
    api.fakes.conversations.seed(sampleConversation("active"));
    await retire(api);
    const presence = await api.put("/me/presence", { as: AGENT, body: { presence: "available" } });
    const { id } = sampleConversation("active");
    const requests = ["/me", "/contacts", "/queues/support/work-items", `/conversations/${id}`];
    const received = await Promise.all(requests.map((path) => api.get(path, { as: AGENT })));
    expect([presence, ...received].map(({ status }) => status)).toEqual([404, 404, 403, 403, 403]);
  });

  it("retires an agent only while the ETag matches, and refuses a save of the version before", async () => {
    const api = new TestApi();
    expect((await retire(api, { "if-match": '"b2xk"' })).status).toBe(412);
    const { etag = "" } = (await api.get("/agents/agent-a", { as: ADMINISTRATOR })).headers;
    expect((await retire(api, { "if-match": etag })).status).toBe(200);
    const late = { as: ADMINISTRATOR, body: profile, headers: { "if-match": etag } };
    expect((await api.put("/agents/agent-a", late)).status).toBe(412);
  });

  it("is undone by saving the agent, who is offline then", async () => {
    const api = new TestApi();
    await retire(api);
    const { status, body } = await api.put("/agents/agent-a", { as: ADMINISTRATOR, body: profile });
    expect([status, body]).toEqual([200, { id: "agent-a", presence: "offline", load: 0, ...profile }]);
    expect((await api.get("/agents", { as: ADMINISTRATOR })).body.items).toHaveLength(2);
  });

  it("responds 404 for an agent that does not exist", async () => {
    expect((await new TestApi().delete("/agents/unknown", { as: ADMINISTRATOR })).status).toBe(404);
  });
});
