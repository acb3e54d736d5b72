import { describe, expect, it } from "vitest";
import { customerOf, sampleConversation } from "../../../tests/fakes/sample-conversation.ts";
import { ADMINISTRATOR, AGENT, SUPERVISOR, TestApi } from "../../../tests/http/test-api.ts";

const as = SUPERVISOR;
const add = (api: TestApi, n = 0, reason = "spam") =>
  api.post("/blocked-numbers", { as, body: { customer: customerOf(n), reason } });
const listed = async (api: TestApi) => (await api.get("/blocked-numbers", { as })).body.items;

describe("/blocked-numbers", () => {
  it("adds, lists and lifts blocks, and shows who and why", async () => {
    const api = new TestApi();
    const { status, body: added } = await add(api);
    expect([status, added]).toEqual([
      200,
      {
        id: expect.any(String),
        channelId: "main",
        channelNumber: "+14255550100",
        customer: customerOf(0),
        block: { isBlocked: true, changedAt: api.fakes.now(), agentId: "boss", reason: "spam" },
      },
    ]);
    expect(await listed(api)).toEqual([added]);
    api.fakes.clock.advance(1);
    const ended = await api.post(`/blocked-numbers/${added.id}/end`, { as, body: { reason: "a mistake" } });
    expect(ended.body.block).toMatchObject({ isBlocked: false, agentId: "boss", reason: "a mistake" });
    expect(await listed(api)).toEqual([]);
  });

  it("lists blocks page by page, latest first, and those of one channel", async () => {
    const api = new TestApi();
    for (let n = 0; n < 3; n++) {
      api.fakes.clock.advance(1);
      await add(api, n);
    }
    const first = await api.get("/blocked-numbers?limit=2&channelId=main", { as });
    const second = await api.get(`/blocked-numbers?limit=2&channelId=main&continuation=${first.body.continuation}`, {
      as,
    });
    const customers = [...first.body.items, ...second.body.items].map(({ customer }) => customer);
    expect(customers).toEqual([customerOf(2), customerOf(1), customerOf(0)]);
    expect((await api.get("/blocked-numbers?channelId=other", { as })).body.items).toEqual([]);
  });

  it.each([
    [{ customer: "12", reason: "x" }, "customer"],
    [{ customer: customerOf(0), reason: " " }, "reason"],
    [{ customer: customerOf(0), reason: "x", channelId: "main" }, "channelId"],
  ])("refuses %j, and names the field %s", async (body, field) => {
    const { status, body: problem } = await new TestApi().post("/blocked-numbers", { as, body });
    expect([status, problem.errors[0].field]).toEqual([422, field]);
  });

  it("is for supervisors only, and responds 404 for an unknown thread", async () => {
    const api = new TestApi();
    for (const other of [AGENT, ADMINISTRATOR]) {
      expect((await api.get("/blocked-numbers", { as: other })).status).toBe(403);
    }
    const unknown = "/blocked-numbers/0123456789abcdef01234567/end";
    expect((await api.post(unknown, { as, body: { reason: "x" } })).status).toBe(404);
  });

  it("is in the audit, with the thread and without the number", async () => {
    const api = new TestApi();
    const { body } = await add(api);
    await api.post(`/blocked-numbers/${body.id}/end`, { as, body: { reason: "a mistake" } });
    const { items } = (await api.get("/audit", { as: ADMINISTRATOR })).body;
    expect(items).toMatchObject([
      { operation: "end-blocked-number", target: { id: body.id }, members: ["reason"], outcome: "done" },
      { operation: "add-blocked-number", target: { createdId: body.id }, members: ["customer", "reason"] },
    ]);
    expect(JSON.stringify(items)).not.toContain(customerOf(0));
  });
});

describe("POST /conversations/{id}/block", () => {
  const conversation = sampleConversation("active");
  const path = `/conversations/${conversation.id}/block`;

  it("closes the conversation and blocks the number", async () => {
    const api = new TestApi();
    api.fakes.conversations.seed(conversation);
    const { status, body } = await api.post(path, { as: AGENT, body: { reason: "spam" } });
    expect([status, body.state, body.closeReason]).toEqual([200, "closed", "blocked"]);
    expect(await listed(api)).toMatchObject([{ customer: conversation.customer, block: { reason: "spam" } }]);
    expect((await api.post(path, { as: AGENT, body: { reason: "spam" } })).status).toBe(200);
  });

  it("needs a reason, and blocks only in the given version", async () => {
    const api = new TestApi();
    api.fakes.conversations.seed(conversation);
    expect((await api.post(path, { as: AGENT, body: {} })).status).toBe(422);
    const late = await api.post(path, { as: AGENT, body: { reason: "spam" }, headers: { "if-match": '"b2xk"' } });
    expect(late.status).toBe(412);
    expect(await listed(api)).toEqual([]);
  });
});
