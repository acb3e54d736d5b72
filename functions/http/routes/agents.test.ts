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

  it("finds no agent that is not there", async () => {
    expect((await new TestApi().get("/agents/nobody", { as: AGENT })).status).toBe(404);
  });
});

describe("PUT /agents/{id}", () => {
  it("creates an agent, offline and without load, and has its queues looked at", async () => {
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

  it("replaces the profile whose ETag it has, and no other, while load and presence change", async () => {
    const api = new TestApi();
    const { etag = "" } = (await api.get("/agents/agent-a", { as: ADMINISTRATOR })).headers;
    expect((await api.put("/me/presence", { as: AGENT, body: { presence: "busy" } })).headers.etag).toBe(etag);
    const change = { as: ADMINISTRATOR, headers: { "if-match": etag }, body: profile };
    const saved = await api.put("/agents/agent-a", change);
    expect(saved.status).toBe(200);
    expect(saved.headers.etag).not.toBe(etag);
    expect((await api.get("/agents/agent-a", { as: AGENT })).headers.etag).toBe(saved.headers.etag);
    const again = await api.put("/agents/agent-a", { ...change, body: { ...profile, capacity: 1 } });
    expect([again.status, again.body.type]).toEqual([412, "urn:hilo:problem:version-mismatch"]);
    expect((await api.get("/agents/agent-a", { as: AGENT })).body).toMatchObject({ ...profile, presence: "busy" });
  });

  it("creates no agent for an ETag, because there is none to replace", async () => {
    const sent = { as: ADMINISTRATOR, headers: { "if-match": '"b2xk"' }, body: profile };
    expect((await new TestApi().put("/agents/ada", sent)).status).toBe(412);
  });

  it("refuses a queue that is not there, and saves nothing", async () => {
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
  ])("refuses %j", async (body, field) => {
    const received = await new TestApi().put("/agents/ada", { as: ADMINISTRATOR, body });
    expect([received.status, received.body.errors[0].field]).toEqual([422, field]);
  });
});
