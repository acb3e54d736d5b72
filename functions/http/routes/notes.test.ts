import { describe, expect, it } from "vitest";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { sampleConversation } from "../../../tests/fakes/sample-conversation.ts";
import { AGENT, SUPERVISOR, TestApi } from "../../../tests/http/test-api.ts";

const KEY = { "idempotency-key": "try 1" };

const withConversation = (...[state = "active", some = {}]: Partial<Parameters<typeof sampleConversation>>) => {
  const api = new TestApi();
  const conversation = sampleConversation(state, some);
  api.fakes.conversations.seed(conversation);
  const path = `/conversations/${conversation.id}`;
  const add = (text: string, headers = {}, as = AGENT) => api.post(`${path}/notes`, { as, headers, body: { text } });
  return { api, path, add };
};

describe("POST /conversations/{id}/notes", () => {
  it("adds a note that the messages of the conversation and of its thread show, and sends nothing", async () => {
    const { api, path, add } = withConversation();
    const { status, body } = await add("Ask for the model.");
    expect([status, body.message.direction, body.message.agentId]).toEqual([201, "internal", "agent-a"]);
    for (const query of ["", "?thread=true"]) {
      const messages = await api.get(`${path}/messages${query}`, { as: AGENT });
      expect(messages.body.items).toEqual([body.message]);
    }
    expect(api.fakes.jobs.outbounds).toEqual([]);
  });

  it("leaves the customer's wait, the reply and the preview as they are", async () => {
    const { api, add } = withConversation("active", { waitingSince: "2026-03-02T10:00:00.000Z" });
    const [before = expect.fail()] = api.fakes.conversations.all();
    const { id, createdAt: at } = (await add("Ask for the model.")).body.message;
    expect(api.fakes.conversations.all()).toEqual([{ ...before, lastStaffMessage: { id, by: "agent-a", at } }]);
  });

  it.each(["queued", "offered", "active", "waiting", "wrap-up"] as const)("adds one while it is %s", async (state) => {
    expect((await withConversation(state).add("Ask.", {}, SUPERVISOR)).status).toBe(201);
  });

  it("refuses one to a closed conversation, and names its state", async () => {
    const { api, add } = withConversation("closed");
    expect((await add("Ask.", {}, SUPERVISOR)).body).toMatchObject({ status: 409, state: "closed" });
    expect(api.fakes.messages.all()).toEqual([]);
  });

  it("refuses a colleague while another agent owns it", async () => {
    const { add } = withConversation("active", { agentId: "agent-b" });
    expect((await add("Ask.")).body.type).toBe("urn:hilo:problem:not-assigned-to-you");
  });

  it("accepts a text of the maximum length, and shows the length of a longer one and the limit", async () => {
    const { add } = withConversation();
    expect((await add("x".repeat(4000))).status).toBe(201);
    const { status, body } = await add("x".repeat(4001));
    expect(status).toBe(422);
    expect(body).toMatchObject({ length: 4001, limit: 4000, errors: [{ field: "text" }] });
    expect((await add(" \n ")).body).toMatchObject({ status: 422, errors: [{ field: "text", message: "is empty" }] });
  });

  it("adds a note once that is repeated with the same key, also after the conversation has changed hands", async () => {
    const { api, add } = withConversation();
    const first = await add("Ask.", KEY);
    expect(await add("Ask.", KEY)).toEqual(first);
    api.fakes.conversations.seed(sampleConversation("active", { agentId: "agent-b", lastAgentId: "agent-b" }));
    expect(await add("Ask.", KEY)).toEqual(first);
    expect((await add("Ask.", { "idempotency-key": "try 2" })).status).toBe(403);
    expect(api.fakes.messages.all()).toHaveLength(1);
  });

  it("adds a note once when the requests are concurrent", async () => {
    const { api, add } = withConversation();
    const [first, second] = await Promise.all([add("Ask.", KEY), add("Ask.", KEY)]);
    expect(second).toEqual(first);
    expect(api.fakes.messages.all()).toHaveLength(1);
  });

  it("refuses another text with the same key", async () => {
    const { add } = withConversation();
    await add("Ask.", KEY);
    expect((await add("Tell.", KEY)).body.type).toBe("urn:hilo:problem:idempotency-key-reused");
  });

  it("is stored by the repeated request when the store failed after the conversation was changed", async () => {
    const { api, add } = withConversation();
    api.fakes.hooks.before = (operation) => {
      if (operation === "messages.create") throw new TransientError("the store is down");
    };
    expect((await add("Ask.", KEY)).status).toBe(503);
    api.fakes.hooks.before = undefined;
    const { body } = await add("Ask.", KEY);
    const [conversation] = api.fakes.conversations.all();
    expect(conversation?.lastStaffMessage).toMatchObject({ id: body.message.id, at: body.message.createdAt });
  });

  it("does not log the text", async () => {
    const { api, add } = withConversation();
    api.fakes.hooks.afterWrite = () => {
      throw new Error("cannot store: a secret");
    };
    expect((await add("a secret")).status).toBe(500);
    expect([...api.logs, ...api.information].join("\n")).not.toContain("secret");
  });
});
