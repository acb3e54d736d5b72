import { describe, expect, it } from "vitest";
import type { Conversation } from "../../../shared/conversation/conversation.ts";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { agentIdSchema } from "../../../shared/kernel/ids.ts";
import { type Details, OPENED_AT, sampleConversation } from "../../../tests/fakes/sample-conversation.ts";
import { sampleAgent, sampleOrganisation, sampleQueue } from "../../../tests/fakes/sample-organisation.ts";
import { AGENT, SUPERVISOR, TestApi, tokenOf } from "../../../tests/http/test-api.ts";

const OTHER = tokenOf("agent-b", "Agent");
const { queues } = sampleOrganisation();

/** An API with a stored conversation whose holder has the claim for it. */
const withConversation = (conversation: Conversation, some: ConstructorParameters<typeof TestApi>[0] = {}) => {
  const api = new TestApi(some);
  api.fakes.conversations.seed(conversation);
  const { claimToken: token, id } = conversation;
  if (token !== undefined) {
    const claims = { [id]: { units: 1, claimedAt: conversation.stateChangedAt, token } };
    api.fakes.agents.seed(sampleAgent("agent-a", { load: 1, claims }));
  }
  const move = (transition: string, as: string, body?: unknown) =>
    api.post(`/conversations/${id}/${transition}`, { as, body });
  const loadOf = async (agentId: string) => (await api.fakes.agents.find(agentIdSchema.parse(agentId)))?.load;
  return { api, move, loadOf };
};

describe("a transition", () => {
  it.each([
    ["accept", "offered", "active", "Active", 1],
    ["decline", "offered", "queued", "Open", 0],
    ["park", "active", "waiting", "Waiting", 0],
    ["resume", "waiting", "active", "Active", 1],
    ["finish", "wrap-up", "closed", "Closed", 0],
    ["pick", "queued", "active", "Active", 1],
    ["release", "active", "queued", "Open", 0],
    ["end", "active", "wrap-up", "Wrap-up", 1],
  ] as const)("by %s takes %s to %s", async (transition, from, state, dynamicsState, load) => {
    const { move, loadOf } = withConversation(sampleConversation(from));
    const { status, body } = await move(transition, AGENT);
    expect(status).toBe(200);
    expect(body).toMatchObject({ state, dynamicsState });
    expect(await loadOf("agent-a")).toBe(load);
  });

  it.each(["accept", "decline", "park", "resume", "finish", "pick", "release", "end"])(
    "by %s of a closed conversation is a conflict that names the state",
    async (transition) => {
      const { status, body } = await withConversation(sampleConversation("closed")).move(transition, AGENT);
      expect(status).toBe(409);
      expect(body).toMatchObject({ type: "urn:hilo:problem:conflict", state: "closed", dynamicsState: "Closed" });
    },
  );

  it.each(["accept", "decline", "park", "resume", "finish", "pick", "release", "end", "transfer"])(
    "by %s responds 404 for a conversation that does not exist",
    async (transition) => {
      const path = `/conversations/${sampleConversation("active").id}/${transition}`;
      expect((await new TestApi().post(path, { as: AGENT, body: { queueId: "billing" } })).status).toBe(404);
    },
  );

  it.each([
    ["park", "active"],
    ["resume", "waiting"],
    ["release", "active"],
    ["end", "active"],
    ["finish", "wrap-up"],
  ] as const)("by %s is refused for the conversation of another agent", async (transition, state) => {
    const { move } = withConversation(sampleConversation(state));
    const { status, body } = await move(transition, OTHER);
    expect([status, body.type]).toEqual([403, "urn:hilo:problem:not-assigned-to-you"]);
  });

  it.each([
    ["park", "waiting"],
    ["resume", "wrap-up"],
    ["release", "wrap-up"],
    ["end", "wrap-up"],
    ["transfer", "wrap-up"],
    ["finish", "active"],
  ] as const)(
    "by %s of another agent's conversation is refused before its state %s is checked",
    async (transition, state) => {
      const agents = [sampleAgent("agent-b")];
      const { move } = withConversation(sampleConversation(state), { agents });
      const { status, body } = await move(transition, OTHER, { queueId: "billing" });
      expect([status, body.type]).toEqual([403, "urn:hilo:problem:not-assigned-to-you"]);
    },
  );

  it.each(["accept", "decline", "park", "resume", "finish", "release", "end", "transfer"])(
    "by %s is refused to an agent who may not see the conversation, whatever its state",
    async (transition) => {
      for (const state of ["queued", "closed"] as const) {
        const { move } = withConversation(sampleConversation(state));
        const { status, body } = await move(transition, OTHER, { queueId: "billing" });
        expect([status, body.type]).toEqual([403, "urn:hilo:problem:not-assigned-to-you"]);
      }
    },
  );

  it.each([
    ["resume", "waiting"],
    ["pick", "queued"],
  ] as const)("by %s is refused to an agent without free capacity", async (transition, state) => {
    const { move } = withConversation(sampleConversation(state), { agents: [sampleAgent("agent-a", { capacity: 0 })] });
    const { status, body } = await move(transition, AGENT);
    expect([status, body.type]).toEqual([409, "urn:hilo:problem:insufficient-capacity"]);
  });

  it("gives a conversation to one of two agents who pick it at the same time, and the other a conflict", async () => {
    const agents = [sampleAgent("agent-a"), sampleAgent("agent-b")];
    const { move } = withConversation(sampleConversation("queued"), { agents });
    const received = await Promise.all([move("pick", AGENT), move("pick", OTHER)]);
    expect(received.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });
});

describe("a transition with If-Match", () => {
  const withEtag = async () => {
    const conversation = sampleConversation("active");
    const { api, loadOf } = withConversation(conversation);
    const path = `/conversations/${conversation.id}`;
    const { etag = "" } = (await api.get(path, { as: AGENT })).headers;
    const park = (as = AGENT) => api.post(`${path}/park`, { as, headers: { "if-match": etag } });
    return { api, conversation, path, etag, park, loadOf };
  };

  it("moves the version that it names, and returns the new ETag", async () => {
    const { api, path, etag, park } = await withEtag();
    const parked = await park();
    expect(parked.status).toBe(200);
    expect(parked.headers.etag).not.toBe(etag);
    expect((await api.get(path, { as: AGENT })).headers.etag).toBe(parked.headers.etag);
  });

  it("is refused when the conversation has changed, before its state is checked", async () => {
    const { park } = await withEtag();
    await park();
    const { status, body } = await park();
    expect([status, body.type]).toEqual([412, "urn:hilo:problem:version-mismatch"]);
  });

  it("is refused when the conversation changes at the same time, and changes nothing", async () => {
    const { api, conversation, park, loadOf } = await withEtag();
    api.fakes.hooks.before = (operation) => {
      if (operation !== "conversations.replace") return;
      api.fakes.hooks.before = undefined;
      api.fakes.conversations.seed({ ...conversation, preview: "one more thing" });
    };
    expect((await park()).status).toBe(412);
    expect(api.fakes.conversations.all()).toMatchObject([{ state: "active", preview: "one more thing" }]);
    expect(await loadOf("agent-a")).toBe(1);
  });

  it("is refused to another agent before the version is checked", async () => {
    const { park } = await withEtag();
    await park();
    expect((await park(OTHER)).status).toBe(403);
  });
});

describe("picking", () => {
  it("is for members of the queue only", async () => {
    const { move } = withConversation(sampleConversation("queued"));
    const { status, body } = await move("pick", OTHER);
    expect([status, body.type]).toEqual([403, "urn:hilo:problem:not-a-queue-member"]);
  });
});

describe("a transition whose follow-up is left to the sweep", () => {
  it.each(["accept", "decline", "end", "park", "release"])("succeeds by %s and logs a warning", async (transition) => {
    const offered = transition === "accept" || transition === "decline";
    const conversation = sampleConversation(offered ? "offered" : "active");
    const { api, move } = withConversation(conversation);
    api.fakes.hooks.before = (operation) => {
      if (/^(jobs|routingWorkflow|agents\.release)/.test(operation)) throw new TransientError("the broker is down");
    };
    expect((await move(transition, AGENT)).status).toBe(200);
    const warning = `${transition}-conversation: the follow-up of conversation ${conversation.id} is left to the sweep: the broker is down`;
    expect(api.logs).toEqual(transition === "end" ? [] : [warning]);
  });
});

describe("a transition whose follow-up has a defect", () => {
  const FOLLOW_UPS = [
    ["decline", "offered", "agents.release"],
    ["decline", "offered", "routingWorkflow.notify"],
    ["accept", "offered", "routingWorkflow.notify"],
    ["park", "active", "agents.release"],
    ["park", "active", "jobs.dispatch"],
    ["release", "active", "jobs.workItem"],
    ["finish", "wrap-up", "agents.release"],
    ["transfer", "active", "jobs.workItem"],
  ] as const;

  it.each(FOLLOW_UPS)(
    "by %s of a conversation that is %s is a 500 when %s fails, with an error in the log",
    async (transition, from, failing) => {
      const { api, move } = withConversation(sampleConversation(from));
      api.fakes.hooks.before = (operation) => {
        if (operation === failing) throw new TypeError("x is undefined");
      };
      const { status, body } = await move(
        transition,
        AGENT,
        transition === "transfer" ? { queueId: "billing" } : undefined,
      );
      expect([status, body.type]).toEqual([500, "urn:hilo:problem:internal"]);
      expect(api.logs).toEqual([
        expect.stringMatching(new RegExp(`^${transition}-conversation failed: TypeError\\n {4}at `)),
      ]);
      // The transition itself was stored before.
      expect(api.fakes.conversations.all()[0]?.state).not.toBe(from);
    },
  );

  it("is a 500 although another part of the follow-up failed with a TransientError", async () => {
    const { api, move } = withConversation(sampleConversation("active"));
    api.fakes.hooks.before = (operation) => {
      if (operation === "agents.release") throw new TransientError("the store is down");
      if (operation.startsWith("jobs.")) throw new TypeError("x is undefined");
    };
    expect((await move("release", AGENT)).status).toBe(500);
    expect(api.logs).toEqual([expect.stringContaining("release-conversation failed: TypeError")]);
  });
});

describe("releasing", () => {
  it("keeps the dispatcher from offering it to the same agent again", async () => {
    const { api, move } = withConversation(sampleConversation("active"));
    await move("release", AGENT);
    expect(api.fakes.conversations.all()[0]?.declines).toMatchObject([{ agentId: "agent-a", kind: "released" }]);
  });
});

describe("ending", () => {
  it("starts a wrap-up of the queue's wrapUpSeconds", async () => {
    const { move } = withConversation(sampleConversation("active"), { queues: [sampleQueue({ wrapUpSeconds: 60 })] });
    expect((await move("end", AGENT)).body.endsAt).toBe("2026-03-02T10:31:00.000Z");
  });

  it("closes the conversation at once when the queue has no wrap-up", async () => {
    const { move } = withConversation(sampleConversation("active"), { queues: [sampleQueue({ wrapUpSeconds: 0 })] });
    expect((await move("end", AGENT)).body).toMatchObject({ state: "closed", closeReason: "ended" });
  });

  it("closes a parked conversation at once when the agent has no capacity for its wrap-up", async () => {
    const agents = [sampleAgent("agent-a", { capacity: 0 })];
    const { move } = withConversation(sampleConversation("waiting"), { agents });
    expect((await move("end", AGENT)).body).toMatchObject({ state: "closed", closeReason: "ended" });
  });

  it.each(["queued", "offered", "active", "waiting", "wrap-up"] as const)(
    "by a supervisor who does not have the conversation closes it while it is %s",
    async (state) => {
      const { move, loadOf } = withConversation(sampleConversation(state));
      expect((await move("end", SUPERVISOR)).body).toMatchObject({ state: "closed", closeReason: "supervisor" });
      expect(await loadOf("agent-a")).toBe(0);
    },
  );

  it("by a supervisor who owns the conversation starts its wrap-up", async () => {
    const { move } = withConversation(sampleConversation("active"));
    expect((await move("end", tokenOf("agent-a", "Supervisor"))).body.state).toBe("wrap-up");
  });
});

describe("transferring", () => {
  it("to a queue puts the conversation there, and excludes the agent who transferred it", async () => {
    const billing = sampleQueue({ id: "billing" });
    const { api, move, loadOf } = withConversation(sampleConversation("active"), { queues: [...queues, billing] });
    const { body } = await move("transfer", AGENT, { queueId: "billing" });
    expect(body).toMatchObject({ state: "queued", queueId: "billing" });
    expect(api.fakes.conversations.all()[0]?.declines).toMatchObject([{ agentId: "agent-a", kind: "released" }]);
    expect(await loadOf("agent-a")).toBe(0);
    expect(api.fakes.jobs.workItems).toMatchObject([{ epoch: 2 }]);
  });

  it("to an agent makes an offer for the queue's offerSeconds", async () => {
    const { move, loadOf } = withConversation(sampleConversation("active"), {
      queues: [sampleQueue({ offerSeconds: 30 })],
    });
    const { body } = await move("transfer", AGENT, { agentId: "agent-b" });
    expect(body).toMatchObject({
      state: "offered",
      offer: { agentId: "agent-b", expiresAt: "2026-03-02T10:30:30.000Z" },
      routingDecision: { chosenBy: "transfer" },
    });
    expect([await loadOf("agent-a"), await loadOf("agent-b")]).toEqual([0, 1]);
  });

  it("to an agent without free capacity is refused", async () => {
    const agents = [sampleAgent("agent-b", { capacity: 0 })];
    const { move, loadOf } = withConversation(sampleConversation("active"), { agents });
    const { status, body } = await move("transfer", AGENT, { agentId: "agent-b" });
    expect([status, body.type]).toEqual([409, "urn:hilo:problem:insufficient-capacity"]);
    expect(await loadOf("agent-a")).toBe(1);
  });

  it.each([
    ["away", { presence: "away" }],
    ["not heard of any more", { believedUntil: OPENED_AT }],
  ] as const)("to an agent who is %s is refused", async (_, some) => {
    const agents = [sampleAgent("agent-b", some)];
    const { move, loadOf } = withConversation(sampleConversation("active"), { agents });
    const { status, body } = await move("transfer", SUPERVISOR, { agentId: "agent-b" });
    expect([status, body.type]).toEqual([409, "urn:hilo:problem:agent-not-present"]);
    expect(await loadOf("agent-a")).toBe(1);
  });

  it("to an agent who is neither present nor has capacity needs a supervisor who overrides", async () => {
    const agents = [sampleAgent("agent-b", { presence: "away", capacity: 0 })];
    const { move, loadOf } = withConversation(sampleConversation("active"), { agents });
    const to = { agentId: "agent-b", override: true };
    expect((await move("transfer", AGENT, to)).status).toBe(403);
    const { status, body } = await move("transfer", SUPERVISOR, to);
    expect([status, body.state]).toEqual([200, "offered"]);
    expect(await loadOf("agent-b")).toBe(1);
  });

  it.each([
    [{ queueId: "unknown" }, "queueId"],
    [{ agentId: "unknown" }, "agentId"],
    [{ queueId: "billing", agentId: "agent-b" }, ""],
    [{}, ""],
  ])("to %j is invalid, and the field %j is named", async (to, field) => {
    const { move } = withConversation(sampleConversation("active"));
    const { status, body } = await move("transfer", AGENT, to);
    expect([status, body.errors[0].field]).toEqual([422, field]);
  });

  it.each(["active", "queued"] as const)(
    "of a conversation that is %s is refused to an agent of another queue",
    async (state) => {
      const { move } = withConversation(sampleConversation(state));
      expect((await move("transfer", OTHER, { queueId: "billing" })).status).toBe(403);
    },
  );

  it.each(["active", "queued", "offered", "waiting"] as const)(
    "of a conversation that is %s is allowed to a supervisor",
    async (state) => {
      const { move } = withConversation(sampleConversation(state));
      expect((await move("transfer", SUPERVISOR, { queueId: "billing" })).body.queueId).toBe("billing");
    },
  );
});

describe("the note of a transfer", () => {
  const NOTE = "She wants a refund.";
  const toBilling = { queueId: "billing", note: NOTE };

  const withActive = (some: Details = {}) => {
    const api = new TestApi();
    const conversation = sampleConversation("active", some);
    api.fakes.conversations.seed(conversation);
    const path = `/conversations/${conversation.id}`;
    return {
      api,
      transfer: (body: object, headers = {}) => api.post(`${path}/transfer`, { as: AGENT, body, headers }),
    };
  };

  it("is added before the conversation moves, and is the newest message of a colleague", async () => {
    const { api, transfer } = withActive();
    const { status, body } = await transfer(toBilling);
    const [note] = api.fakes.messages.all();
    expect(note).toMatchObject({ direction: "internal", text: NOTE, agentId: "agent-a" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: "queued",
      queueId: "billing",
      lastStaffMessage: { id: note?.id, by: "agent-a" },
    });
  });

  it("is added once when a request is repeated that stopped before the conversation moved", async () => {
    const { api, transfer } = withActive();
    let replacements = 0;
    api.fakes.hooks.before = (operation) => {
      if (operation === "conversations.replace" && ++replacements === 2) throw new TransientError("down");
    };
    expect((await transfer(toBilling)).status).toBe(503);
    api.fakes.hooks.before = undefined;
    expect(api.fakes.conversations.all()).toMatchObject([{ state: "active" }]);
    expect((await transfer(toBilling)).body.queueId).toBe("billing");
    expect(api.fakes.messages.all()).toHaveLength(1);
  });

  it("is added once when a request is repeated that moved the conversation, which moves once", async () => {
    const { api, transfer } = withActive();
    const first = await transfer(toBilling);
    api.fakes.clock.advance(1);
    const second = await transfer(toBilling);
    expect(second.body).toEqual(first.body);
    expect(api.fakes.messages.all()).toHaveLength(1);
    expect(api.fakes.conversations.all()).toMatchObject([{ epoch: 2 }]);
  });

  it("is added once when a supervisor repeats a request whose agent has accepted, who keeps the conversation", async () => {
    const { api } = withActive();
    const path = `/conversations/${sampleConversation("active").id}`;
    const agents = [sampleAgent("agent-a"), sampleAgent("agent-c")];
    for (const agent of agents) api.fakes.agents.seed(agent);
    const repeat = () => api.post(`${path}/transfer`, { as: SUPERVISOR, body: { agentId: "agent-c", note: NOTE } });
    expect((await repeat()).body.state).toBe("offered");
    await api.post(`${path}/accept`, { as: tokenOf("agent-c", "Agent") });
    expect((await repeat()).body).toMatchObject({ state: "active", agentId: "agent-c" });
    expect(api.fakes.messages.all()).toHaveLength(1);
  });

  it("is not added when the conversation cannot move", async () => {
    const { api, transfer } = withActive();
    expect((await transfer({ queueId: "unknown", note: NOTE })).status).toBe(422);
    api.fakes.conversations.seed(sampleConversation("wrap-up"));
    expect((await transfer(toBilling)).status).toBe(409);
    expect((await transfer(toBilling, { "if-match": '"MQ"' })).status).toBe(412);
    expect(api.fakes.messages.all()).toEqual([]);
  });

  it("belongs to the version that If-Match names", async () => {
    const { api, transfer } = withActive();
    const path = `/conversations/${sampleConversation("active").id}`;
    const { etag = "" } = (await api.get(path, { as: AGENT })).headers;
    expect((await transfer(toBilling, { "if-match": etag })).body.queueId).toBe("billing");
  });

  it("is refused when it is too long, with its length and the limit", async () => {
    const { status, body } = await withActive().transfer({ queueId: "billing", note: "x".repeat(4001) });
    expect(status).toBe(422);
    expect(body).toMatchObject({ length: 4001, limit: 4000, errors: [{ field: "note" }] });
  });
});
