import { describe, expect, it } from "vitest";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { sampleConversation } from "../../../tests/fakes/sample-conversation.ts";
import { sampleContact } from "../../../tests/fakes/sample-organisation.ts";
import { ADMINISTRATOR, AGENT, SUPERVISOR, TestApi } from "../../../tests/http/test-api.ts";
import { makeRoutes } from "../routes.ts";

const as = ADMINISTRATOR;
const body = { name: "Ada", capacity: 1, queueIds: ["support"], skills: [] };

/** Operations that change something of the caller alone, write a message of a conversation, or change nothing. */
const NOT_AUDITED = [
  "set-my-presence",
  "send-heartbeat",
  "connect-live",
  "send-reply",
  "add-note",
  "save-draft",
  "withdraw-reply",
  "retry-reply",
  "verify-channel",
  "try-routing-rules",
];

describe("the audit", () => {
  it("covers every operation that changes or exports something", () => {
    const changing = makeRoutes().filter(({ method, name }) => method !== "GET" || name.startsWith("export"));
    const missing = changing.filter(({ isAudited, name }) => !isAudited && !NOT_AUDITED.includes(name));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it("names who changed what, when and which members, newest first", async () => {
    const api = new TestApi();
    await api.put("/agents/ada", { as, body });
    api.fakes.clock.advance(1);
    await api.post("/opt-outs", { as, body: { channelId: "main", customer: "425 555 0123", reason: "asked" } });
    const { items } = (await api.get("/audit", { as })).body;
    expect(items).toMatchObject([
      {
        operation: "add-opt-out",
        target: { createdId: expect.stringMatching(/^[0-9a-f]{24}$/) },
        members: ["channelId", "customer", "reason"],
      },
      {
        at: "2026-03-02T10:30:00.000Z",
        by: "admin",
        roles: ["Administrator"],
        operation: "save-agent",
        target: { id: "ada" },
        members: ["name", "capacity", "queueIds", "skills"],
        outcome: "done",
      },
    ]);
    expect(JSON.stringify(items)).not.toMatch(/555|asked|Ada/);
  });

  it("has an entry before the change is made, and makes no change without one", async () => {
    const api = new TestApi();
    api.fakes.hooks.before = (operation) => {
      if (operation === "agents.saveProfile") expect(api.fakes.audit.all()).toMatchObject([{ outcome: "intended" }]);
      if (operation === "audit.intend") throw new TransientError("down");
    };
    expect((await api.put("/agents/ada", { as, body })).status).toBe(503);
    expect(api.fakes.agents.all().map(({ id }) => id)).not.toContain("ada");
    api.fakes.hooks.before = undefined;
    expect((await api.put("/agents/ada", { as, body })).status).toBe(200);
  });

  it("keeps the intention of a change whose outcome is unknown", async () => {
    const api = new TestApi();
    api.fakes.hooks.afterWrite = (operation) => {
      if (operation === "agents.saveProfile") throw new TransientError("the response was lost");
    };
    expect((await api.put("/agents/ada", { as, body })).status).toBe(503);
    expect(api.fakes.audit.all()).toMatchObject([{ operation: "save-agent", outcome: "intended" }]);
  });

  it("does not fail a change that is made because its result cannot be recorded", async () => {
    const api = new TestApi();
    api.fakes.hooks.before = (operation) => {
      if (operation === "audit.settle") throw new TransientError("down");
    };
    expect((await api.put("/agents/ada", { as, body })).status).toBe(200);
    expect(api.fakes.audit.all()).toMatchObject([{ outcome: "intended" }]);
  });

  it("records a refusal as such, and nothing that the schemas refuse", async () => {
    const api = new TestApi();
    await api.put("/agents/ada", { as, body: { ...body, queueIds: ["unknown"] } });
    await api.put("/agents/ada", { as, body: { "+14255550123": "Ada" } });
    await api.put("/settings/queues/sales", { as, body: { "+14255550123": "Ada", Robin: 1, id: "sales" } });
    expect(api.fakes.audit.all()).toMatchObject([
      { operation: "save-agent", outcome: "refused" },
      { operation: "save-setting", outcome: "refused", members: ["id"] },
    ]);
  });

  it("records supervisors, and agents not", async () => {
    const api = new TestApi({ contacts: [sampleContact("ana")] });
    api.fakes.conversations.seed(sampleConversation("active"));
    const { id } = sampleConversation("active");
    await api.patch("/contacts/ana", { as: AGENT, body: { lastName: "Sol" } });
    await api.post(`/conversations/${id}/transfer`, { as: SUPERVISOR, body: { queueId: "billing" } });
    expect(api.fakes.audit.all()).toMatchObject([{ by: "boss", operation: "transfer-conversation", target: { id } }]);
  });

  it("is for administrators", async () => {
    expect((await new TestApi().get("/audit", { as: SUPERVISOR })).status).toBe(403);
  });
});
