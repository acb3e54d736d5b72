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

describe("GET /conversations", () => {
  const states = ["queued", "offered", "active", "waiting", "wrap-up", "closed"] as const;
  const withAll = () => {
    const api = new TestApi();
    states.forEach((state, n) => {
      const details = { stateChangedAt: `2026-03-02T10:0${n}:00.000Z`, queueId: n % 2 ? "billing" : "support" };
      api.fakes.conversations.seed(sampleConversation(state, details, n));
    });
    return async (query: string) =>
      (await api.get(`/conversations${query}`, { as: SUPERVISOR })).body.items.map(
        ({ state }: { state: string }) => state,
      );
  };

  it.each([
    ["", ["wrap-up", "waiting", "active", "offered", "queued"]],
    ["?state=waiting", ["waiting"]],
    ["?queueId=support", ["wrap-up", "active", "queued"]],
    ["?agentId=agent-a", ["wrap-up", "waiting", "active", "offered"]],
    ["?agentId=agent-a&queueId=billing&state=offered", ["offered"]],
    ["?agentId=agent-b", []],
  ])("%s lists what is open and selected, latest change first", async (query, expected) => {
    expect(await withAll()(query)).toEqual(expected);
  });

  it("lists what is stuck, with the reason, and continues after a page without any", async () => {
    const agents = [sampleAgent("agent-a", { presence: "offline" })];
    const api = new TestApi({ agents });
    const waiting = [
      { skills: ["es"] },
      { skills: [], queueId: "billing" },
      // Waits for a presence only.
      { skills: [] },
    ];
    waiting.forEach((some, n) => {
      const stateChangedAt = `2026-03-02T10:0${n}:00.000Z`;
      api.fakes.conversations.seed(sampleConversation("queued", { ...some, stateChangedAt }, n));
    });
    const list = async (query: string) => (await api.get(`/conversations?stuck=true${query}`, { as: SUPERVISOR })).body;
    const obstacles = ({ items }: { items: { queueId: string; waiting: { obstacle: string } }[] }) =>
      items.map(({ queueId, waiting: { obstacle } }) => [queueId, obstacle]);
    expect(obstacles(await list(""))).toEqual([
      ["billing", "no-members"],
      ["support", "missing-skills"],
    ]);
    expect(obstacles(await list("&queueId=support&state=queued"))).toEqual([["support", "missing-skills"]]);
    const first = await list("&limit=1");
    expect(first.items).toEqual([]);
    expect(obstacles(await list(`&limit=1&continuation=${first.continuation}`))).toEqual([["billing", "no-members"]]);
  });

  it("reads one page of what waits and the members of each queue once, to find what is stuck", async () => {
    const api = new TestApi();
    for (let n = 0; n < 50; n++) {
      api.fakes.conversations.seed(sampleConversation("queued", { queueId: n % 2 ? "billing" : "support" }, n));
    }
    const reads: string[] = [];
    api.fakes.hooks.before = (operation) => void (/^(conversations|agents)\./.test(operation) && reads.push(operation));
    await api.get("/conversations?stuck=true&limit=20", { as: SUPERVISOR });
    const membersReads = reads.filter((operation) => operation === "agents.membersOf");
    expect(reads.filter((operation) => operation.startsWith("conversations."))).toEqual(["conversations.listOpen"]);
    expect(membersReads).toHaveLength(2);
  });

  it.each(["state=active", "agentId=agent-a"])("refuses stuck with %s", async (filter) => {
    const { status, body } = await new TestApi().get(`/conversations?stuck=true&${filter}`, { as: SUPERVISOR });
    expect([status, body.errors[0].field]).toEqual([422, "stuck"]);
  });

  it("is for supervisors, and knows the open states only", async () => {
    const api = new TestApi();
    expect((await api.get("/conversations", { as: AGENT })).status).toBe(403);
    expect((await api.get("/conversations?state=closed", { as: SUPERVISOR })).status).toBe(422);
  });
});

describe("GET /conversations/{id}", () => {
  it("shows the conversation with the Dynamics 365 name of its state, and without internal members", async () => {
    const { api, path } = withConversation(sampleConversation("active"));
    const { body } = await api.get(path, { as: AGENT });
    expect(body).toMatchObject({ state: "active", dynamicsState: "Active", agentId: "agent-a", contacts: [] });
    for (const internal of ["claimToken", "textIds", "preferred", "declines", "epoch"]) {
      expect(body).not.toHaveProperty(internal);
    }
  });

  it("shows the expiry of an offer and its routing decision", async () => {
    const routingDecision = {
      decidedAt: "2026-03-02T10:00:00.000Z",
      agentId: "agent-a",
      chosenBy: "round-robin",
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

  it("shows all contacts that share the number, except one that no longer exists", async () => {
    const contacts = [sampleContact("ana"), sampleContact("leo")];
    const api = new TestApi({ contacts });
    const contact = { kind: "candidates", contactIds: ["ana", "gone", "leo"] };
    const { path } = withConversation(sampleConversation("active", { contact }), api);
    expect((await api.get(path, { as: AGENT })).body.contacts).toEqual(contacts);
  });

  it("shows the opt-out of the thread", async () => {
    const conversation = sampleConversation("active");
    const { api, path } = withConversation(conversation);
    const consent = { optedOut: true, changedAt: "2026-03-02T10:20:00.000Z", source: { kind: "provider" } };
    await api.fakes.threads.create(threadOf(conversation, { consent }));
    const { body } = await api.get(path, { as: AGENT });
    expect(body).toMatchObject({ optedOut: true, consentChangedAt: consent.changedAt });
  });

  it("shows who is eligible for a queued conversation, and the reasons that exclude the others", async () => {
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
    ["the agent who owns it", "active", {}, AGENT],
    ["the agent to whom it is offered", "offered", { queueId: "billing" }, AGENT],
    ["the agent who parked it", "waiting", { queueId: "billing" }, AGENT],
    ["its last agent", "closed", { queueId: "billing", lastAgentId: "agent-a" }, AGENT],
    ["a member of its queue", "active", { queueId: "billing" }, OTHER],
    ["a supervisor", "active", {}, SUPERVISOR],
  ] as const)("shows it to %s", async (_, state, some, as) => {
    const { api, path } = withConversation(sampleConversation(state, some));
    expect((await api.get(path, { as })).status).toBe(200);
  });

  it("does not show it to other agents", async () => {
    const { api, path } = withConversation(sampleConversation("active"));
    const { status, body } = await api.get(path, { as: OTHER });
    expect([status, body.type]).toEqual([403, "urn:hilo:problem:not-assigned-to-you"]);
  });

  it("responds 404 for a conversation that does not exist", async () => {
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

  it("lists the messages of the conversation, newest first", async () => {
    const { api, path } = await withMessages();
    expect(textsOf((await api.get(path, { as: AGENT })).body)).toEqual(["hi", "hello"]);
  });

  it("lists the messages of the whole thread with thread=true", async () => {
    const { api, path } = await withMessages();
    expect(textsOf((await api.get(`${path}?thread=true`, { as: AGENT })).body)).toEqual(["hi", "hello", "STOP"]);
  });

  it("continues from page to page", async () => {
    const { api, path } = await withMessages();
    const { body } = await api.get(`${path}?limit=1`, { as: AGENT });
    const next = await api.get(`${path}?limit=1&continuation=${body.continuation}`, { as: AGENT });
    expect([...textsOf(body), ...textsOf(next.body)]).toEqual(["hi", "hello"]);
  });

  it("shows the delivery state of a reply, and not its provider", async () => {
    const { api, path } = await withMessages();
    const [reply] = (await api.get(path, { as: AGENT })).body.items;
    expect(reply).toMatchObject({ direction: "outbound", state: "delivered", agentId: "agent-a" });
    expect(reply).not.toHaveProperty("provider");
  });

  it("refuses an agent who may not see the conversation", async () => {
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

  it("links the conversation, and later ones of its thread, to the contact", async () => {
    const { api, conversation, path } = await withContact();
    const linked = await api.post(path, { as: AGENT, body });
    expect(linked.body.contact).toEqual({ kind: "linked", contactId: "ana" });
    const thread = await api.fakes.threads.find(conversation.threadId);
    expect(thread?.value.contactId).toBe(contactIdSchema.parse("ana"));
  });

  it("links the conversation only while its ETag matches", async () => {
    const { api, conversation, path } = await withContact();
    const { etag = "" } = (await api.get(`/conversations/${conversation.id}`, { as: AGENT })).headers;
    const linked = await api.post(path, { as: AGENT, body, headers: { "if-match": etag } });
    expect([linked.status, linked.headers.etag === etag]).toEqual([200, false]);
    const second = await api.post(path, { as: AGENT, body, headers: { "if-match": etag } });
    expect([second.status, second.body.type]).toEqual([412, "urn:hilo:problem:version-mismatch"]);
  });

  it("refuses an unknown contact", async () => {
    const { api, path } = await withContact();
    const received = await api.post(path, { as: AGENT, body: { contactId: "leo" } });
    expect([received.status, received.body.errors[0].field]).toEqual([422, "contactId"]);
  });

  it("refuses an agent who does not have the conversation", async () => {
    const { api, conversation, path } = await withContact();
    expect((await api.post(path, { as: OTHER, body })).status).toBe(403);
    expect((await api.fakes.threads.find(conversation.threadId))?.value.contactId).toBeUndefined();
  });

  it("lets a member of its queue link a conversation that no agent owns", async () => {
    const { api, path } = await withContact(sampleConversation("queued"));
    const linked = await api.post(path, { as: AGENT, body });
    expect([linked.status, linked.body.contact]).toEqual([200, { kind: "linked", contactId: "ana" }]);
    expect((await api.post(path, { as: OTHER, body })).status).toBe(403);
  });

  it("lets a supervisor link the conversation of an agent", async () => {
    const { api, path } = await withContact();
    expect((await api.post(path, { as: SUPERVISOR, body })).status).toBe(200);
  });

  it("refuses a closed conversation", async () => {
    const { api, path } = await withContact(sampleConversation("closed", { customer: customerOf(0) }));
    const received = await api.post(path, { as: SUPERVISOR, body });
    expect(received.body).toMatchObject({ status: 409, state: "closed", dynamicsState: "Closed" });
  });
});
