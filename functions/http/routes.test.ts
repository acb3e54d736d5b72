import { describe, expect, it } from "vitest";
import { roleSchema } from "../../shared/kernel/caller.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { sampleAgent } from "../../tests/fakes/sample-organisation.ts";
import { TestApi, tokenOf } from "../../tests/http/test-api.ts";
import { REGISTERED } from "./guards.ts";
import { PROBLEMS, typeOf } from "./problem.ts";
import { makeRoutes } from "./routes.ts";

const routes = makeRoutes();
const labelled = routes.map((route) => [`${route.method} /${route.path}`, route] as const);
const isPublic = ([, { roles }]: (typeof labelled)[number]) => roles === "public";
const guarded = labelled.filter(([, { guard }]) => guard);

const { id: CONVERSATION } = sampleConversation("active");
const VALUES: Readonly<Record<string, string>> = { kind: "queues", id: "unknown", messageId: "out-1" };
const BODIES: Readonly<Record<string, unknown>> = {
  contacts: { mobilePhone: "425 555 0123" },
  "contacts/{id}": { firstName: "Ana" },
  "conversations/{id}/contact": { contactId: "ana" },
  "conversations/{id}/block": { reason: "spam" },
  "conversations/{id}/transfer": { queueId: "billing" },
  "conversations/{id}/replies": { text: "hello" },
  "conversations/{id}/replies/{messageId}/retry": {},
  "conversations/{id}/notes": { text: "hello" },
  "conversations/{id}/drafts/{kind}": { text: "hello" },
};

const pathOf = (path: string): string =>
  path
    .replace("conversations/{id}", `conversations/${CONVERSATION}`)
    .replace("queues/{id}", "queues/support")
    .replace("drafts/{kind}", "drafts/reply")
    .replace(/\{(\w+)\}/g, (_, name) => VALUES[name] ?? name);

const call = ({ method, path }: (typeof routes)[number], as?: string, api = new TestApi()) =>
  api.call(method, `/${pathOf(path)}`, {
    ...(as && { as }),
    ...(BODIES[path] !== undefined && method !== "GET" && { body: BODIES[path] }),
  });

describe("the routes", () => {
  it("have unique names in kebab-case", () => {
    const names = routes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it("need a token, except health, what a sign-in needs, and the description of the API", () => {
    const open = labelled.filter(isPublic).map(([label]) => label);
    expect(open).toEqual(["GET /health", "GET /console/config", "GET /openapi.json"]);
  });

  it("show lists when they are polled: the ETag of one document is the version for If-Match", () => {
    const polled = routes.filter(({ isPolled }) => isPolled);
    expect(polled.map(({ method, path, hasETag }) => [`${method} /${path}`, hasETag])).toEqual([
      ["GET /me/work-items", undefined],
      ["GET /queues/{id}/work-items", undefined],
      ["GET /conversations", undefined],
      ["GET /conversations/{id}/messages", undefined],
    ]);
  });

  it("have a guard when they are about one conversation or one queue", () => {
    const unguarded = labelled.filter(([, { path, guard }]) => /^(conversations|queues)\/\{id\}/.test(path) && !guard);
    expect(unguarded.map(([label]) => label)).toEqual([]);
  });

  it.each(labelled.filter(isPublic))("let unauthenticated callers call %s", async (_, route) => {
    expect((await call(route)).status).toBe(200);
  });
});

describe.each(labelled)("%s", (_, route) => {
  it("refuses an unknown query parameter", async () => {
    const as = tokenOf("agent-a", ...roleSchema.options);
    const sent = { as, ...(route.request.body && { body: {} }) };
    const { status, body } = await new TestApi().call(route.method, `/${pathOf(route.path)}?unknown=1`, sent);
    expect(status).toBe(422);
    expect(body.errors).toContainEqual({ field: "unknown", message: "is not known" });
  });
});

describe.each(labelled.filter((route) => !isPublic(route)))("%s", (_, route) => {
  it("is unauthenticated without a token", async () => {
    expect((await call(route)).status).toBe(401);
  });

  it("is forbidden to all roles but its own", async () => {
    for (const role of roleSchema.options) {
      const { body } = await call(route, tokenOf("agent-a", role));
      expect(body.type === typeOf("forbidden"), role).toBe(!(route.roles as readonly string[]).includes(role));
    }
  });
});

describe.each(guarded)("the guard of %s", (_, route) => {
  const refusal = route.guard?.problems.find((name) => PROBLEMS[name].status === 403) ?? "forbidden";

  // A registered agent of another queue, and an unregistered one.
  const strangers = route.guard?.name === REGISTERED.name ? ["unregistered"] : ["agent-b", "unregistered"];

  it.each(strangers)("refuses the agent %s, who has no access", async (agentId) => {
    const api = new TestApi();
    api.fakes.conversations.seed(sampleConversation("active"));
    const { status, body } = await call(route, tokenOf(agentId, "Agent"), api);
    expect([status, body.type]).toEqual([403, typeOf(refusal)]);
  });
});

describe.each(guarded.filter(([, { path }]) => path.startsWith("conversations")))("%s", (_, route) => {
  it("responds 404 for a conversation that does not exist, to every role", async () => {
    for (const role of ["Agent", "Supervisor"] as const) {
      const { status, body } = await call(route, tokenOf("agent-b", role));
      expect([status, body.type]).toEqual([404, typeOf("not-found")]);
    }
  });
});

describe("a conversation that is not the caller's", () => {
  const STATES = ["queued", "offered", "active", "waiting", "wrap-up", "closed"] as const;
  const RETIRED_AT = "2026-03-02T09:00:00.000Z";
  /** The routes that change a conversation or reply in it. */
  const changes = labelled.filter(
    ([, { method, path }]) => method === "POST" && path.startsWith("conversations/{id}/"),
  );
  /** An offer may go to another member of the queue at any time: those who see it learn its state. */
  const isForOwner = ([, { path }]: (typeof labelled)[number]) => !/\/(accept|decline|pick)$/.test(path);

  /** agent-a owns it, agent-m is a member of its queue, agent-b is not, agent-l worked on it last and agent-r is retired. */
  const apiWith = (state: (typeof STATES)[number], lastAgentId: string) => {
    const api = new TestApi({
      agents: [
        sampleAgent("agent-a"),
        sampleAgent("agent-m"),
        sampleAgent("agent-b", { queueIds: ["billing"] }),
        sampleAgent("agent-l", { queueIds: ["billing"] }),
        sampleAgent("agent-r", { retiredAt: RETIRED_AT }),
      ],
    });
    api.fakes.conversations.seed(sampleConversation(state, { lastAgentId }));
    return api;
  };
  const expectRefused = async (caller: string, route: (typeof routes)[number], api: TestApi) => {
    const { status, body } = await call(route, caller, api);
    expect([status, body.state], `${route.path} as ${caller}`).toEqual([403, undefined]);
    expect(api.fakes.conversations.all()).toHaveLength(1);
  };

  it.each(STATES)("has no state that a stranger learns by a change while it is %s", async (state) => {
    for (const agentId of ["agent-b", "unregistered", "agent-r"]) {
      for (const lastAgentId of ["agent-l", "agent-r"]) {
        for (const [, route] of changes) {
          await expectRefused(tokenOf(agentId, "Agent"), route, apiWith(state, lastAgentId));
        }
      }
    }
  });

  it.each(["offered", "active", "waiting", "wrap-up"] as const)(
    "is refused to all but its owner while it is %s, whatever the change and the state",
    async (state) => {
      for (const agentId of ["agent-m", "agent-l"]) {
        for (const [, route] of changes.filter(isForOwner)) {
          await expectRefused(tokenOf(agentId, "Agent"), route, apiWith(state, "agent-l"));
        }
      }
    },
  );
});

describe("a queue that does not exist", () => {
  const ofQueue = labelled.filter(
    ([, { path }]) => path.startsWith("queues/{id}") || path.startsWith("settings/{kind}/{id}"),
  );

  it.each(ofQueue.filter(([, { method }]) => method !== "PUT"))(
    "is a 404 by %s, to everyone who may call it",
    async (_, route) => {
      const path = `/${route.path.replace("{kind}", "queues").replace("{id}", "unknown")}`;
      for (const role of route.roles === "public" ? [] : route.roles) {
        const { status } = await new TestApi().call(route.method, path, { as: tokenOf("boss", role) });
        // An agent of no queue does not learn which queues exist.
        expect(status, role).toBe(role === "Agent" && route.path.startsWith("queues") ? 403 : 404);
      }
    },
  );
});
