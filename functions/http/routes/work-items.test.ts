import { describe, expect, it } from "vitest";
import { sampleConversation } from "../../../tests/fakes/sample-conversation.ts";
import { AGENT, SUPERVISOR, TestApi, tokenOf } from "../../../tests/http/test-api.ts";

const withWork = () => {
  const api = new TestApi();
  api.fakes.conversations.seed(sampleConversation("queued", { queuedAt: "2026-03-02T10:02:00.000Z" }, 1));
  api.fakes.conversations.seed(sampleConversation("queued", { queuedAt: "2026-03-02T10:01:00.000Z" }, 2));
  api.fakes.conversations.seed(sampleConversation("active", {}, 3));
  return api;
};

describe("GET /queues/{id}/work-items", () => {
  it.each([
    ["a member", AGENT],
    ["a supervisor", SUPERVISOR],
  ])("shows %s the queued conversations, oldest first", async (_, as) => {
    const { body } = await withWork().get("/queues/support/work-items", { as });
    expect(body.items.map(({ queuedAt }: { queuedAt: string }) => queuedAt)).toEqual([
      "2026-03-02T10:01:00.000Z",
      "2026-03-02T10:02:00.000Z",
    ]);
  });

  it("responds 404 to a supervisor for a queue that does not exist", async () => {
    expect((await withWork().get("/queues/unknown/work-items", { as: SUPERVISOR })).status).toBe(404);
  });

  it.each([
    ["an agent of another queue", tokenOf("agent-b", "Agent")],
    ["a caller who is not registered as an agent", tokenOf("unregistered", "Agent")],
  ])("refuses %s", async (_, as) => {
    const { status, body } = await withWork().get("/queues/support/work-items", { as });
    expect([status, body.type]).toEqual([403, "urn:hilo:problem:not-a-queue-member"]);
  });
});

describe("GET /queues/{id}/figures", () => {
  it("counts the open conversations and the members, and shows the longest wait", async () => {
    const api = withWork();
    api.fakes.clock.advance(60);
    const { status, body } = await api.get("/queues/support/figures", { as: SUPERVISOR });
    expect(status).toBe(200);
    expect(body).toEqual({
      at: api.fakes.now(),
      conversations: { queued: 2, active: 1 },
      longestWaitSeconds: (Date.parse(api.fakes.now()) - Date.parse("2026-03-02T10:01:00.000Z")) / 1000,
      members: { available: 1 },
      membersWithCapacity: 1,
    });
  });

  it("shows no wait for an empty queue, and no capacity while its members are away", async () => {
    const api = new TestApi();
    await api.put("/me/presence", { as: AGENT, body: { presence: "away" } });
    const { body } = await api.get("/queues/support/figures", { as: AGENT });
    expect(body).toEqual({ at: api.fakes.now(), conversations: {}, members: { away: 1 }, membersWithCapacity: 0 });
  });

  it("counts a member whose presence has lapsed as offline", async () => {
    const api = new TestApi();
    await api.put("/me/presence", { as: AGENT, body: { presence: "available" } });
    api.fakes.clock.advance(600);
    const { body } = await api.get("/queues/support/figures", { as: SUPERVISOR });
    expect(body).toMatchObject({ members: { offline: 1 }, membersWithCapacity: 0 });
  });
});
