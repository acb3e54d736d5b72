import { describe, expect, it } from "vitest";
import { roleSchema } from "../../shared/kernel/caller.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
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
};

const pathOf = (path: string): string =>
  path
    .replace("conversations/{id}", `conversations/${CONVERSATION}`)
    .replace("queues/{id}", "queues/support")
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

  it("need a token, except health and the description of the API", () => {
    expect(labelled.filter(isPublic).map(([label]) => label)).toEqual(["GET /health", "GET /openapi.json"]);
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
