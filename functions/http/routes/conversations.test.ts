import { describe, expect, it } from "vitest";
import { contactIdSchema } from "../../../shared/contact/contact.ts";
import type { Conversation } from "../../../shared/conversation/conversation.ts";
import { inboundMessageSchema, outboundMessageSchema } from "../../../shared/conversation/message.ts";
import { threadSchema } from "../../../shared/conversation/thread.ts";
import { customerOf, sampleConversation } from "../../../tests/fakes/sample-conversation.ts";
import { CHANNEL_NUMBER, sampleAgent, sampleContact } from "../../../tests/fakes/sample-organisation.ts";
import { AGENT, SUPERVISOR, TestApi, tokenOf } from "../../../tests/http/test-api.ts";

const OTHER = tokenOf("agent-b", "Agent");

const threadOf = ({ threadId, customer }: Conversation, some: object = {}) =>
  threadSchema.parse({
    id: threadId,
    channelId: "main",
    channelNumber: CHANNEL_NUMBER,
    customer,
    lastNumber: 1,
    ...some,
  });

const withConversation = (conversation: Conversation, api = new TestApi()) => {
  api.fakes.conversations.seed(conversation);
  return { api, path: `/conversations/${conversation.id}` };
};

describe("GET /conversations/{id}", () => {
  it("shows the conversation with the name that Dynamics 365 has for its state, and nothing internal", async () => {
    const { api, path } = withConversation(sampleConversation("active"));
    const { body } = await api.get(path, { as: AGENT });
    expect(body).toMatchObject({ state: "active", dynamicsState: "Active", agentId: "agent-a", contacts: [] });
    for (const internal of ["claimToken", "textIds", "preferred", "declines", "epoch"]) {
      expect(body).not.toHaveProperty(internal);
    }
  });

  it("shows an offer until when it stands, and why it was made", async () => {
    const routingDecision = {
      decidedAt: "2026-03-02T10:00:00.000Z",
      agentId: "agent-a",
      by: "round-robin",
      eligible: ["agent-a"],
      excluded: [{ agentId: "agent-c", reason: "capacity" }],
    };
    const { api, path } = withConversation(sampleConversation("offered", { routingDecision }));
    const { body } = await api.get(path, { as: AGENT });
    expect(body).toMatchObject({
      offer: { agentId: "agent-a", expiresAt: "2026-03-02T10:32:00.000Z" },
      routingDecision,
    });
  });

  it("shows the contact in full", async () => {
    const contact = sampleContact("ana");
    const api = new TestApi({ contacts: [contact] });
    const { path } = withConversation(
      sampleConversation("active", { contact: { kind: "linked", contactId: "ana" } }),
      api,
    );
    expect((await api.get(path, { as: AGENT })).body.contacts).toEqual([contact]);
  });

  it("shows all contacts that share the number, but for one that is gone", async () => {
    const contacts = [sampleContact("ana"), sampleContact("leo")];
    const api = new TestApi({ contacts });
    const contact = { kind: "candidates", contactIds: ["ana", "gone", "leo"] };
    const { path } = withConversation(sampleConversation("active", { contact }), api);
    expect((await api.get(path, { as: AGENT })).body.contacts).toEqual(contacts);
  });

  it("tells of an opt-out as the thread has it", async () => {
    const conversation = sampleConversation("active");
    const { api, path } = withConversation(conversation);
    const consent = { optedOut: true, changedAt: "2026-03-02T10:20:00.000Z", source: { kind: "provider" } };
    await api.fakes.threads.create(threadOf(conversation, { consent }));
    const { body } = await api.get(path, { as: AGENT });
    expect(body).toMatchObject({ optedOut: true, consentChangedAt: consent.changedAt });
  });

  it("tells of a waiting one who could take it, and what keeps each of the others from it", async () => {
    const agents = [
      sampleAgent("agent-a"),
      sampleAgent("agent-c", { presence: "away" }),
      sampleAgent("agent-d", { capacity: 0 }),
    ];
    const { api, path } = withConversation(sampleConversation("queued"), new TestApi({ agents }));
    expect((await api.get(path, { as: AGENT })).body.waiting).toEqual({
      eligible: ["agent-a"],
      excluded: [
        { agentId: "agent-c", reason: "presence" },
        { agentId: "agent-d", reason: "capacity" },
      ],
    });
  });

  it.each([
    ["whoever has it", "active", {}, AGENT],
    ["whom it is offered to", "offered", { queueId: "billing" }, AGENT],
    ["who put it aside", "waiting", { queueId: "billing" }, AGENT],
    ["who had it last", "closed", { queueId: "billing", lastAgentId: "agent-a" }, AGENT],
    ["a member of its queue", "active", { queueId: "billing" }, OTHER],
    ["a supervisor", "active", {}, SUPERVISOR],
  ] as const)("shows it to %s", async (_, state, some, as) => {
    const { api, path } = withConversation(sampleConversation(state, some));
    expect((await api.get(path, { as })).status).toBe(200);
  });

  it("does not show it to anybody else", async () => {
    const { api, path } = withConversation(sampleConversation("active"));
    const { status, body } = await api.get(path, { as: OTHER });
    expect([status, body.type]).toEqual([403, "urn:hilo:problem:not-assigned-to-you"]);
  });

  it("finds none that is not there", async () => {
    const { id } = sampleConversation("active");
    expect((await new TestApi().get(`/conversations/${id}`, { as: AGENT })).status).toBe(404);
  });
});

describe("GET /conversations/{id}/messages", () => {
  const withMessages = async () => {
    const conversation = sampleConversation("active");
    const { id, threadId } = conversation;
    const { api, path } = withConversation(conversation);
    const common = { threadId, segments: 1 };
    const text = { ...common, direction: "inbound", state: "received", exceedsLimit: false };
    const reply = { ...common, direction: "outbound", state: "delivered", conversationId: id, agentId: "agent-a" };
    const at = (minute: number) => `2026-03-02T10:0${minute}:00.000Z`;
    for (const message of [
      inboundMessageSchema.parse({ ...text, id: "acs:1", text: "STOP", createdAt: at(1) }),
      inboundMessageSchema.parse({ ...text, id: "acs:2", text: "hello", createdAt: at(2), conversationId: id }),
      outboundMessageSchema.parse({
        ...reply,
        id: "out-3",
        text: "hi",
        createdAt: at(3),
        stateChangedAt: at(4),
        provider: "acs",
      }),
    ]) {
      await api.fakes.messages.create(message);
    }
    return { api, path: `${path}/messages` };
  };
  const textsOf = (body: { items: { text: string }[] }) => body.items.map(({ text }) => text);

  it("lists those of the conversation, newest first", async () => {
    const { api, path } = await withMessages();
    expect(textsOf((await api.get(path, { as: AGENT })).body)).toEqual(["hi", "hello"]);
  });

  it("lists those of the whole thread when asked", async () => {
    const { api, path } = await withMessages();
    expect(textsOf((await api.get(`${path}?thread=true`, { as: AGENT })).body)).toEqual(["hi", "hello", "STOP"]);
  });

  it("goes on from page to page", async () => {
    const { api, path } = await withMessages();
    const { body } = await api.get(`${path}?limit=1`, { as: AGENT });
    const next = await api.get(`${path}?limit=1&continuation=${body.continuation}`, { as: AGENT });
    expect([...textsOf(body), ...textsOf(next.body)]).toEqual(["hi", "hello"]);
  });

  it("shows where a reply is on its way, and nothing of the provider's", async () => {
    const { api, path } = await withMessages();
    const [reply] = (await api.get(path, { as: AGENT })).body.items;
    expect(reply).toMatchObject({ direction: "outbound", state: "delivered", agentId: "agent-a" });
    expect(reply).not.toHaveProperty("provider");
  });

  it("are not shown to an agent who may not see the conversation", async () => {
    const { api, path } = await withMessages();
    expect((await api.get(path, { as: OTHER })).status).toBe(403);
  });
});

describe("POST /conversations/{id}/contact", () => {
  const withContact = async (conversation = sampleConversation("active")) => {
    const { api, path } = withConversation(conversation, new TestApi({ contacts: [sampleContact("ana")] }));
    await api.fakes.threads.create(threadOf(conversation));
    return { api, conversation, path: `${path}/contact` };
  };
  const body = { contactId: "ana" };

  it("links the contact, for the conversations of the thread that follow too", async () => {
    const { api, conversation, path } = await withContact();
    const linked = await api.post(path, { as: AGENT, body });
    expect(linked.body.contact).toEqual({ kind: "linked", contactId: "ana" });
    const thread = await api.fakes.threads.find(conversation.threadId);
    expect(thread?.value.contactId).toBe(contactIdSchema.parse("ana"));
  });

  it("links the version whose ETag it has, and no other", async () => {
    const { api, conversation, path } = await withContact();
    const { etag = "" } = (await api.get(`/conversations/${conversation.id}`, { as: AGENT })).headers;
    const linked = await api.post(path, { as: AGENT, body, headers: { "if-match": etag } });
    expect([linked.status, linked.headers.etag === etag]).toEqual([200, false]);
    const again = await api.post(path, { as: AGENT, body, headers: { "if-match": etag } });
    expect([again.status, again.body.type]).toEqual([412, "urn:hilo:problem:version-mismatch"]);
  });

  it("refuses a contact that is not there", async () => {
    const { api, path } = await withContact();
    const received = await api.post(path, { as: AGENT, body: { contactId: "leo" } });
    expect([received.status, received.body.errors[0].field]).toEqual([422, "contactId"]);
  });

  it("refuses an agent whose conversation it is not", async () => {
    const { api, conversation, path } = await withContact();
    expect((await api.post(path, { as: OTHER, body })).status).toBe(403);
    expect((await api.fakes.threads.find(conversation.threadId))?.value.contactId).toBeUndefined();
  });

  it("lets a supervisor link that of another", async () => {
    const { api, path } = await withContact();
    expect((await api.post(path, { as: SUPERVISOR, body })).status).toBe(200);
  });

  it("refuses a closed conversation", async () => {
    const { api, path } = await withContact(sampleConversation("closed", { customer: customerOf(0) }));
    const received = await api.post(path, { as: SUPERVISOR, body });
    expect(received.body).toMatchObject({ status: 409, state: "closed", dynamicsState: "Closed" });
  });
});
