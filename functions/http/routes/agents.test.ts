import { describe, expect, it } from "vitest";
import { sampleConversation } from "../../../tests/fakes/sample-conversation.ts";
import { sampleAgent } from "../../../tests/fakes/sample-organisation.ts";
import { ADMINISTRATOR, AGENT, TestApi } from "../../../tests/http/test-api.ts";

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
