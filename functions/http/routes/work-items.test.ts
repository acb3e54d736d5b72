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
