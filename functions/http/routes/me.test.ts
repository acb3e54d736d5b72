import { describe, expect, it } from "vitest";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { addSeconds } from "../../../shared/kernel/instant.ts";
import { sampleConversation } from "../../../tests/fakes/sample-conversation.ts";
import { sampleAgent } from "../../../tests/fakes/sample-organisation.ts";
import { ADMINISTRATOR, AGENT, SUPERVISOR, TestApi, tokenOf } from "../../../tests/http/test-api.ts";

const UNREGISTERED = tokenOf("unregistered", "Agent");

describe("GET /me", () => {
  it("shows the agent without its claims", async () => {
    const { body } = await new TestApi().get("/me", { as: AGENT });
    expect(body).toEqual({
      roles: ["Agent"],
      isRegistered: true,
      id: "agent-a",
      name: "Agent agent-a",
      presence: "available",
      capacity: 3,
      load: 0,
      queueIds: ["support"],
      skills: [],
      believedUntil: "2026-03-02T10:32:30.000Z",
    });
  });

  it("responds 404 to an agent who is not registered", async () => {
    expect((await new TestApi().get("/me", { as: UNREGISTERED })).status).toBe(404);
  });

  it("shows a supervisor who is not registered as an agent", async () => {
    const { body } = await new TestApi().get("/me", { as: SUPERVISOR });
    expect(body).toMatchObject({ id: "boss", roles: ["Supervisor"], isRegistered: false, capacity: 0 });
  });
});

describe("PUT /me/presence", () => {
  it("sets the presence and dispatches the agent's queues", async () => {
    const api = new TestApi();
    const { status, body } = await api.put("/me/presence", { as: AGENT, body: { presence: "away" } });
    expect([status, body.presence]).toEqual([200, "away"]);
    expect(api.fakes.jobs.dispatches).toEqual([{ queueId: "support", cause: "presence" }]);
  });

  it("refuses the presence that only the system sets", async () => {
    const { status } = await new TestApi().put("/me/presence", { as: AGENT, body: { presence: "inactive" } });
    expect(status).toBe(422);
  });

  it("responds 404 to a caller who is not registered as an agent", async () => {
    const { status } = await new TestApi().put("/me/presence", { as: UNREGISTERED, body: { presence: "away" } });
    expect(status).toBe(404);
  });
});

describe("POST /me/live", () => {
  const connect = async (as: string, api = new TestApi()) => api.post("/me/live", { as });

  it("makes an address for the agent's own queues", async () => {
    const { status, body } = await connect(AGENT);
    const connection = {
      url: "wss://live.example/agent-a?groups=support",
      expiresAt: "2026-01-01T01:00:00.000Z",
    };
    expect([status, body]).toEqual([200, { connection }]);
  });

  it("makes an address for everything for a supervisor, registered as an agent or not", async () => {
    expect((await connect(SUPERVISOR)).body.connection.url).toMatch(/boss\?groups=supervisors$/);
    const both = tokenOf("agent-a", "Agent", "Supervisor");
    expect((await connect(both)).body.connection.url).toMatch(/agent-a\?groups=support,supervisors$/);
  });

  it("makes an address without queues for an agent who is not registered", async () => {
    expect((await connect(UNREGISTERED)).body.connection.url).toMatch(/unregistered\?groups=$/);
  });

  it("has no address when the app has no live updates", async () => {
    const api = new TestApi();
    api.fakes.liveUpdates.isAvailable = false;
    const { status, body } = await connect(AGENT, api);
    expect([status, body]).toEqual([200, {}]);
  });

  it("responds 503 while the service is unavailable", async () => {
    const api = new TestApi();
    api.fakes.liveUpdates.connectionFor = () => Promise.reject(new TransientError("unavailable"));
    expect((await connect(AGENT, api)).status).toBe(503);
  });

  it("is not for administrators, and is not audited", async () => {
    const api = new TestApi();
    expect((await connect(ADMINISTRATOR, api)).status).toBe(403);
    await connect(SUPERVISOR, api);
    expect(api.fakes.audit.all()).toEqual([]);
  });
});

describe("a request of an agent", () => {
  const TOKENS = [AGENT, tokenOf("agent-a", "Supervisor")];

  it.each(TOKENS)("renews the agent's presence, whatever it is about", async (as) => {
    const api = new TestApi();
    await api.get("/me/work-items", { as });
    expect(api.fakes.agents.all()[0]?.believedUntil).toBe(addSeconds(api.fakes.now(), 150));
  });

  it("shows an agent as offline who has not made one for the time of the lease", async () => {
    const api = new TestApi();
    await api.get("/me", { as: AGENT });
    api.fakes.clock.advance(150);
    const presence = async () => (await api.get("/agents/agent-a", { as: ADMINISTRATOR })).body.presence;
    expect(await presence()).toBe("offline");
    expect((await api.post("/me/heartbeat", { as: AGENT })).body).toEqual({
      presence: "available",
      believedUntil: addSeconds(api.fakes.now(), 150),
    });
    expect(await presence()).toBe("available");
    expect(api.fakes.jobs.dispatches).toEqual([{ queueId: "support", cause: "presence" }]);
  });

  it("fails without effect while the presence cannot be renewed", async () => {
    const api = new TestApi();
    api.fakes.hooks.before = (operation) => {
      if (operation === "agents.renewPresence") throw new TransientError("the store is down");
    };
    expect((await api.put("/me/presence", { as: AGENT, body: { presence: "away" } })).status).toBe(503);
    expect(api.fakes.agents.all()[0]?.presence).toBe("available");
  });
});

describe("GET /me/work-items", () => {
  const withWork = () => {
    const api = new TestApi();
    const states = ["offered", "active", "waiting", "wrap-up", "closed", "queued"] as const;
    states.forEach((state, n) => {
      const stateChangedAt = `2026-03-02T10:0${n}:00.000Z`;
      api.fakes.conversations.seed(sampleConversation(state, { stateChangedAt }, n));
    });
    api.fakes.conversations.seed(sampleConversation("active", { agentId: "agent-b" }, 9));
    return api;
  };
  const statesOf = (body: { items: { state: string }[] }) => body.items.map(({ state }) => state);

  it("lists what the agent is offered, holds or has parked, latest change first", async () => {
    const { body } = await withWork().get("/me/work-items", { as: AGENT });
    expect(statesOf(body)).toEqual(["wrap-up", "waiting", "active", "offered"]);
  });

  it("lists the work items in one state", async () => {
    const { body } = await withWork().get("/me/work-items?state=waiting", { as: AGENT });
    expect(statesOf(body)).toEqual(["waiting"]);
  });

  describe("in the state closed", () => {
    const CLOSED_AT = "2026-03-01T10:00:00.000Z";
    const closed = (some: object, n: number) =>
      sampleConversation("closed", { lastAgentId: "agent-a", stateChangedAt: CLOSED_AT, ...some }, n);
    const timesOf = (body: { items: { stateChangedAt: string }[] }) =>
      body.items.map(({ stateChangedAt }) => stateChangedAt);

    it("lists those that the agent last worked on and that closed in the last 7 days, latest change first", async () => {
      const api = new TestApi();
      const now = api.fakes.now();
      const [sevenDaysAgo, before] = [addSeconds(now, -7 * 86_400), addSeconds(now, -7 * 86_400 - 1)];
      [sevenDaysAgo, CLOSED_AT, before].forEach((stateChangedAt, n) => {
        api.fakes.conversations.seed(closed({ stateChangedAt }, n));
      });
      api.fakes.conversations.seed(closed({ lastAgentId: "agent-b" }, 3));
      api.fakes.conversations.seed(sampleConversation("active", {}, 4));
      const first = await api.get("/me/work-items?state=closed&limit=1", { as: AGENT });
      const next = `/me/work-items?state=closed&limit=1&continuation=${first.body.continuation}`;
      const second = await api.get(next, { as: AGENT });
      expect([...timesOf(first.body), ...timesOf(second.body)]).toEqual([CLOSED_AT, sevenDaysAgo]);
      expect(second.body.continuation).toBeUndefined();
    });

    it("lists none to a retired agent, and theirs to a supervisor who is not registered as an agent", async () => {
      const api = new TestApi({ agents: [sampleAgent("agent-a", { retiredAt: CLOSED_AT })] });
      api.fakes.conversations.seed(closed({}, 0));
      api.fakes.conversations.seed(closed({ lastAgentId: "boss" }, 1));
      expect(timesOf((await api.get("/me/work-items?state=closed", { as: AGENT })).body)).toEqual([]);
      expect(timesOf((await api.get("/me/work-items?state=closed", { as: SUPERVISOR })).body)).toEqual([CLOSED_AT]);
    });
  });

  it("continues from page to page", async () => {
    const api = withWork();
    const first = await api.get("/me/work-items?limit=3", { as: AGENT });
    const next = `/me/work-items?limit=3&continuation=${encodeURIComponent(first.body.continuation)}`;
    const second = await api.get(next, { as: AGENT });
    expect(statesOf(first.body)).toEqual(["wrap-up", "waiting", "active"]);
    expect(second.body).toEqual({ items: [expect.objectContaining({ state: "offered" })] });
  });
});
