import { describe, expect, it } from "vitest";
import { sampleConversation } from "../../../tests/fakes/sample-conversation.ts";
import { AGENT, SUPERVISOR, TestApi, tokenOf } from "../../../tests/http/test-api.ts";

const withConversation = (...[state = "active", some = {}]: Partial<Parameters<typeof sampleConversation>>) => {
  const api = new TestApi();
  const conversation = sampleConversation(state, some);
  api.fakes.conversations.seed(conversation);
  const path = `/conversations/${conversation.id}`;
  return {
    api,
    path,
    save: (kind: string, text: string, as = AGENT) => api.put(`${path}/drafts/${kind}`, { as, body: { text } }),
    list: async (as = AGENT) => (await api.get(`${path}/drafts`, { as })).body.items,
  };
};

describe("a draft", () => {
  it("is listed for its author alone, one of each kind, the one that was saved last", async () => {
    const { api, save, list } = withConversation();
    await save("reply", "Dear");
    api.fakes.clock.advance(2);
    const reply = await save("reply", "Dear Robin");
    const note = await save("note", "Ask for the model.");
    expect([reply.status, reply.body]).toEqual([
      200,
      { kind: "reply", text: "Dear Robin", updatedAt: api.fakes.now() },
    ]);
    expect(await list()).toEqual([reply.body, note.body]);
    expect(await list(SUPERVISOR)).toEqual([]);
  });

  it("is removed by an empty text, also when there is none", async () => {
    const { save, list } = withConversation();
    await save("reply", "Dear Robin");
    for (const _ of ["first", "again"]) expect((await save("reply", "")).body.text).toBe("");
    expect(await list()).toEqual([]);
  });

  it.each(["queued", "offered", "active", "waiting", "wrap-up", "closed"] as const)(
    "is saved while the conversation is %s",
    async (state) => {
      const { save, list } = withConversation(state, { lastAgentId: "agent-a" });
      expect((await save("reply", "Dear Robin")).status).toBe(200);
      expect(await list()).toHaveLength(1);
    },
  );

  it("may be longer than a reply, up to 10,000 UTF-16 code units, and may be blank", async () => {
    const { save } = withConversation();
    expect((await save("note", "x".repeat(10_000))).status).toBe(200);
    expect((await save("note", " ")).status).toBe(200);
    const { status, body } = await save("note", "x".repeat(10_001));
    expect([status, body.errors[0].field]).toEqual([422, "text"]);
  });

  it("is a draft of a reply or a note", async () => {
    expect((await withConversation().save("text", "Dear")).status).toBe(422);
  });

  it("is refused to an agent who may not see the conversation", async () => {
    const { save } = withConversation();
    expect((await save("reply", "Dear", tokenOf("agent-b", "Agent"))).status).toBe(403);
  });

  it("changes neither the conversation nor its messages, and leaves no line in the log", async () => {
    const { api, path, save } = withConversation();
    const before = api.fakes.conversations.all();
    await save("reply", "a secret");
    expect(api.fakes.conversations.all()).toEqual(before);
    expect((await api.get(`${path}/messages`, { as: AGENT })).body.items).toEqual([]);
    expect([...api.logs, ...api.information]).toEqual([]);
  });
});
