import { describe, expect, it } from "vitest";
import type { DeliveryChange } from "../../../shared/conversation/message.ts";
import { messageIdSchema } from "../../../shared/kernel/ids.ts";
import { addSeconds } from "../../../shared/kernel/instant.ts";
import { type Details, sampleConversation } from "../../../tests/fakes/sample-conversation.ts";
import { sampleChannel, sampleCompany } from "../../../tests/fakes/sample-organisation.ts";
import { AGENT, SUPERVISOR, TestApi, tokenOf } from "../../../tests/http/test-api.ts";

const OTHER = tokenOf("agent-b", "Agent");

const withActive = (some: Details = {}, api = new TestApi()) => {
  const conversation = sampleConversation("active", some);
  api.fakes.conversations.seed(conversation);
  const path = `/conversations/${conversation.id}/replies`;
  const reply = (text: string, headers = {}, as = AGENT) => api.post(path, { as, headers, body: { text } });
  return { api, path, reply };
};

const sentOf = ({ fakes }: TestApi) => [...fakes.messages.all(), ...fakes.jobs.outbounds];

describe("POST /conversations/{id}/replies", () => {
  it("accepts the reply, shows its segments and enqueues it", async () => {
    const { api, reply } = withActive();
    const { status, body } = await reply("¿Qué número? 🙂".repeat(10));
    expect(status).toBe(202);
    expect(body.message).toMatchObject({ state: "queued", segments: 3, agentId: "agent-a" });
    expect(api.fakes.jobs.outbounds).toMatchObject([{ messageId: body.message.id }]);
  });

  it("accepts a text of the maximum length", async () => {
    expect((await withActive().reply("x".repeat(1600))).status).toBe(202);
  });

  it("refuses a longer text, and shows its length and the limit", async () => {
    const { api, reply } = withActive();
    const { status, body } = await reply(`${"x".repeat(1599)}🙂`);
    expect(status).toBe(422);
    expect(body).toMatchObject({ length: 1601, limit: 1600, errors: [{ field: "text" }] });
    expect(sentOf(api)).toEqual([]);
  });

  it("refuses a text of white space", async () => {
    const { api, reply } = withActive();
    expect((await reply(" \n ")).body).toMatchObject({ status: 422, errors: [{ field: "text", message: "is empty" }] });
    expect(sentOf(api)).toEqual([]);
  });

  it.each(["\u200B\u2060", "\u00AD", "\uFE0F", "half \uD83D", "end\0"])(
    "refuses %j, which would not arrive as it is written",
    async (text) => {
      const { api, reply } = withActive();
      expect((await reply(text)).body).toMatchObject({ status: 422, errors: [{ field: "text" }] });
      expect(sentOf(api)).toEqual([]);
    },
  );

  it("sends a reply once that is repeated with the same key", async () => {
    const { api, reply } = withActive();
    const headers = { "idempotency-key": "try 1" };
    const [first, second] = [await reply("hi", headers), await reply("hi", headers)];
    expect([second.status, second.body.message.id]).toEqual([202, first.body.message.id]);
    expect(api.fakes.messages.all()).toHaveLength(1);
  });

  it("refuses another text with the same key", async () => {
    const { reply } = withActive();
    const headers = { "idempotency-key": "try 1" };
    await reply("hi", headers);
    const { status, body } = await reply("hello", headers);
    expect([status, body.type]).toEqual([422, "urn:hilo:problem:idempotency-key-reused"]);
  });

  it.each(["", "ü", "x".repeat(201)])("refuses the key %j", async (key) => {
    const { status, body } = await withActive().reply("hi", { "idempotency-key": key });
    expect([status, body.errors[0].field]).toEqual([422, "idempotency-key"]);
  });

  it.each([
    [409, "recipient-opted-out", { optedOut: true }, {}],
    [409, "recipient-cannot-be-texted", { customer: "CONTOSO" }, {}],
    [409, "recipient-cannot-be-texted", { customer: "Booking.com" }, {}],
    [409, "channel-disabled", {}, { channels: [sampleChannel({ enabled: false })] }],
    [409, "sms-disabled", {}, { organisation: sampleCompany({ smsEnabled: false }) }],
    [403, "not-assigned-to-you", { agentId: "agent-b" }, {}],
  ])("responds %i %s and sends nothing", async (status, name, some, organisation) => {
    const { api, reply } = withActive(some, new TestApi(organisation));
    expect((await reply("hi")).body).toMatchObject({ status, type: `urn:hilo:problem:${name}` });
    expect(sentOf(api)).toEqual([]);
  });

  it("shows the first outcome of a repeated reply after another agent has got the conversation", async () => {
    const { api, reply } = withActive();
    const headers = { "idempotency-key": "try 1" };
    const first = await reply("hi", headers);
    api.fakes.conversations.seed(sampleConversation("active", { agentId: "agent-b", lastAgentId: "agent-b" }));
    const repeated = await reply("hi", headers);
    expect([repeated.status, repeated.body.message.id]).toEqual([202, first.body.message.id]);
    expect((await reply("hi", { "idempotency-key": "try 2" })).status).toBe(403);
    expect((await reply("hi", headers, OTHER)).body.message.id).not.toBe(first.body.message.id);
  });

  it("refuses a repeated reply of an agent who may no longer see the conversation", async () => {
    const { api, reply } = withActive();
    const headers = { "idempotency-key": "try 1" };
    await reply("hi", headers);
    const elsewhere = { agentId: "agent-b", lastAgentId: "agent-b", queueId: "billing" };
    api.fakes.conversations.seed(sampleConversation("active", elsewhere));
    expect((await reply("hi", headers)).status).toBe(403);
  });

  it("refuses a supervisor who does not own the conversation", async () => {
    const { api, reply } = withActive();
    expect((await reply("hi", {}, SUPERVISOR)).body.type).toBe("urn:hilo:problem:not-assigned-to-you");
    expect(sentOf(api)).toEqual([]);
  });

  it("refuses a reply to a conversation that is not active, and names its state", async () => {
    const conversation = sampleConversation("waiting");
    const { api, reply } = withActive();
    api.fakes.conversations.seed(conversation);
    expect((await reply("hi")).body).toMatchObject({ status: 409, state: "waiting", dynamicsState: "Waiting" });
  });

  it.each(["queued", "closed"] as const)(
    "refuses a reply of an agent who may not see the conversation while it is %s",
    async (state) => {
      const { api, reply } = withActive();
      api.fakes.conversations.seed(sampleConversation(state));
      expect((await reply("hi", {}, OTHER)).body.type).toBe("urn:hilo:problem:not-assigned-to-you");
    },
  );

  it("responds 404 for a conversation that does not exist", async () => {
    const { path } = withActive();
    expect((await new TestApi().post(path, { as: AGENT, body: { text: "hi" } })).status).toBe(404);
  });

  it("does not log the text", async () => {
    const { api, reply } = withActive();
    api.fakes.hooks.afterWrite = () => {
      throw new Error("cannot store: a secret");
    };
    expect((await reply("a secret")).status).toBe(500);
    expect(api.logs.join("\n")).not.toContain("secret");
  });
});

describe("a reply that is stored", () => {
  it("is a 500 when the broker's client has a defect, with an error in the log", async () => {
    const { api, reply } = withActive();
    api.fakes.hooks.before = (operation) => {
      if (operation === "jobs.outbound") throw new TypeError("x is undefined");
    };
    const { status, body } = await reply("hello");
    expect([status, body.type]).toEqual([500, "urn:hilo:problem:internal"]);
    expect(api.logs).toEqual([expect.stringMatching(/^send-reply failed: TypeError\n {4}at /)]);
    expect(api.fakes.messages.replies()).toHaveLength(1);
  });
});

describe("POST /conversations/{id}/replies/{messageId}/retry", () => {
  /** A reply of agent-a that has failed. */
  const withFailed = async (change: Partial<DeliveryChange> = {}, some: Details = {}) => {
    const { api, path, reply } = withActive(some);
    const { message } = (await reply("hi")).body;
    const { threadId } = sampleConversation("active");
    const failure = { state: "failed", failure: "handset-unreachable", code: "4006", at: api.fakes.now() } as const;
    await api.fakes.messages.advanceDelivery(threadId, message.id, { ...failure, ...change });
    api.fakes.jobs.clear();
    const retry = (body = {}, as = AGENT, id = message.id) => api.post(`${path}/${id}/retry`, { as, body });
    return { api, id: message.id, threadId, retry };
  };

  it("sends the text again as a new reply, which names the failed one", async () => {
    const { api, id, retry } = await withFailed();
    const { status, body } = await retry();
    expect(status).toBe(202);
    expect(body.message).toMatchObject({ state: "queued", text: "hi", retryOf: id, agentId: "agent-a" });
    expect(api.fakes.jobs.outbounds).toMatchObject([{ messageId: body.message.id }]);
    const [conversation] = api.fakes.conversations.all();
    expect(conversation).toMatchObject({
      lastReply: { id: body.message.id, after: id },
      lastStaffMessage: { id: body.message.id },
    });
  });

  it("sends it once when it is repeated, one after the other, at once, or after the conversation has changed hands", async () => {
    const { api, id, threadId, retry } = await withFailed();
    const [first, second] = await Promise.all([retry(), retry()]);
    expect(second).toEqual(first);
    await api.fakes.messages.advanceDelivery(threadId, id, { state: "delivered", at: api.fakes.now() });
    api.fakes.conversations.seed(sampleConversation("active", { agentId: "agent-b", lastAgentId: "agent-b" }));
    expect(await retry()).toEqual(first);
    expect(api.fakes.messages.replies()).toHaveLength(2);
  });

  it("may be retried again when it fails too", async () => {
    const { api, threadId, retry } = await withFailed();
    const { message } = (await retry()).body;
    await api.fakes.messages.advanceDelivery(threadId, message.id, {
      state: "failed",
      failure: "handset-unreachable",
      code: "4006",
      at: api.fakes.now(),
    });
    expect((await retry({}, AGENT, message.id)).body.message.retryOf).toBe(message.id);
  });

  it.each(["outcome-unknown", "provider-unavailable"] as const)(
    "needs acceptDuplicate after the failure %s, because the customer may have got the text",
    async (failure) => {
      const { api, threadId } = await withFailed();
      const { reply, path } = withActive({}, api);
      const { message } = (await reply("unknown")).body;
      await api.fakes.messages.advanceDelivery(threadId, message.id, { state: "failed", failure, at: api.fakes.now() });
      const retry = (body: object) => api.post(`${path}/${message.id}/retry`, { as: AGENT, body });
      expect((await retry({})).body).toMatchObject({ status: 409, type: "urn:hilo:problem:duplicate-possible" });
      const accepted = await retry({ acceptDuplicate: true });
      expect(accepted.status).toBe(202);
      expect(await retry({})).toEqual(accepted);
    },
  );

  it("refuses a reply that has not failed, and an automatic text", async () => {
    const { api, path, reply } = withActive();
    const { message } = (await reply("hi")).body;
    const { agentId: _, ...automatic } = api.fakes.messages.replies()[0] ?? expect.fail();
    await api.fakes.messages.create({ ...automatic, id: messageIdSchema.parse("out-automatic"), state: "failed" });
    for (const id of [message.id, "out-automatic"]) {
      const { status, body } = await api.post(`${path}/${id}/retry`, { as: AGENT, body: { acceptDuplicate: true } });
      expect([status, body.type]).toEqual([409, "urn:hilo:problem:not-retryable"]);
    }
    expect((await api.post(`${path}/out-unknown/retry`, { as: AGENT, body: {} })).status).toBe(404);
  });

  it("is refused as a reply would be", async () => {
    const { api, retry } = await withFailed();
    for (const [conversation, expected] of [
      [sampleConversation("active", { optedOut: true }), "recipient-opted-out"],
      [sampleConversation("wrap-up"), "conflict"],
      [sampleConversation("active", { agentId: "agent-b" }), "not-assigned-to-you"],
    ] as const) {
      api.fakes.conversations.seed(conversation);
      expect((await retry()).body.type).toBe(`urn:hilo:problem:${expected}`);
    }
    expect(api.fakes.messages.replies()).toHaveLength(1);
  });
});

describe("DELETE /conversations/{id}/replies/{messageId}", () => {
  const withHeld = async () => {
    const { api, path } = withActive();
    const { body } = await api.post(path, { as: AGENT, body: { text: "hi", holdSeconds: 5 } });
    return { api, path: `${path}/${body.message.id}`, held: body.message };
  };

  it("withdraws a held reply, and responds the same when it is repeated", async () => {
    const { api, path, held } = await withHeld();
    expect(held).toMatchObject({ state: "held", sendAt: addSeconds(api.fakes.now(), 5) });
    const first = await api.delete(path, { as: AGENT });
    expect([first.status, first.body]).toEqual([200, { ...held, state: "withdrawn" }]);
    expect(await api.delete(path, { as: AGENT })).toEqual(first);
    expect((await api.get(path, { as: AGENT })).body).toEqual(first.body);
  });

  it("withdraws it after the conversation has changed hands", async () => {
    const { api, path } = await withHeld();
    api.fakes.conversations.seed(sampleConversation("active", { agentId: "agent-b", lastAgentId: "agent-b" }));
    expect((await api.delete(path, { as: AGENT })).body.state).toBe("withdrawn");
  });

  it("refuses it once the reply is queued", async () => {
    const { api, path, held } = await withHeld();
    await api.fakes.messages.release(sampleConversation("active").threadId, held.id, api.fakes.now());
    expect((await api.delete(path, { as: AGENT })).body).toMatchObject({
      status: 409,
      type: "urn:hilo:problem:reply-not-held",
    });
  });

  it("refuses others than the author of the reply, and a reply that does not exist", async () => {
    const { api, path } = await withHeld();
    expect((await api.delete(path, { as: SUPERVISOR })).body.type).toBe("urn:hilo:problem:forbidden");
    expect((await api.delete(path, { as: OTHER })).body.type).toBe("urn:hilo:problem:not-assigned-to-you");
    expect((await api.delete(`${path}0`, { as: AGENT })).status).toBe(404);
  });

  it.each([-1, 31, 1.5])("refuses to hold a reply for %d seconds", async (holdSeconds) => {
    const { api, path } = withActive();
    const { status, body } = await api.post(path, { as: AGENT, body: { text: "hi", holdSeconds } });
    expect([status, body.errors[0].field]).toEqual([422, "holdSeconds"]);
  });
});

describe("GET /conversations/{id}/replies/{messageId}", () => {
  it("shows the delivery state of the reply and its failure", async () => {
    const { api, path, reply } = withActive();
    const { id } = (await reply("hi")).body.message;
    const { threadId } = sampleConversation("active");
    await api.fakes.messages.advanceDelivery(threadId, id, {
      state: "failed",
      at: api.fakes.now(),
      failure: "handset-unreachable",
    });
    expect((await api.get(`${path}/${id}`, { as: AGENT })).body).toMatchObject({
      state: "failed",
      failure: "handset-unreachable",
    });
  });

  it("responds 404 for a message that does not exist", async () => {
    const { api, path } = withActive();
    expect((await api.get(`${path}/out-1`, { as: AGENT })).status).toBe(404);
  });

  it("refuses an agent who may not see the conversation", async () => {
    const { api, path } = withActive();
    expect((await api.get(`${path}/out-1`, { as: OTHER })).status).toBe(403);
  });
});
