import { describe, expect, it } from "vitest";
import { type Role, roleSchema } from "../../shared/kernel/caller.ts";
import { TestApi, tokenOf } from "../../tests/http/test-api.ts";
import { makeRoutes } from "./routes.ts";

const routes = makeRoutes();

/** Who may ask for what; what is not here is public. */
const ALLOWED: Readonly<Record<string, readonly Role[]>> = {
  "GET me": ["Agent", "Supervisor"],
  "PUT me/presence": ["Agent", "Supervisor"],
  "GET me/work-items": ["Agent", "Supervisor"],
  "GET queues/{id}/work-items": ["Agent", "Supervisor"],
  "GET conversations/{id}": ["Agent", "Supervisor"],
  "GET conversations/{id}/messages": ["Agent", "Supervisor"],
  "POST conversations/{id}/contact": ["Agent", "Supervisor"],
  "POST conversations/{id}/accept": ["Agent", "Supervisor"],
  "POST conversations/{id}/decline": ["Agent", "Supervisor"],
  "POST conversations/{id}/pick": ["Agent", "Supervisor"],
  "POST conversations/{id}/park": ["Agent", "Supervisor"],
  "POST conversations/{id}/resume": ["Agent", "Supervisor"],
  "POST conversations/{id}/release": ["Agent", "Supervisor"],
  "POST conversations/{id}/transfer": ["Agent", "Supervisor"],
  "POST conversations/{id}/end": ["Agent", "Supervisor"],
  "POST conversations/{id}/finish": ["Agent", "Supervisor"],
  "POST conversations/{id}/replies": ["Agent", "Supervisor"],
  "GET conversations/{id}/replies/{messageId}": ["Agent", "Supervisor"],
  "GET contacts": ["Agent", "Supervisor", "Administrator"],
  "GET contacts/{id}": ["Agent", "Supervisor", "Administrator"],
  "POST contacts": ["Agent", "Supervisor", "Administrator"],
  "PATCH contacts/{id}": ["Agent", "Supervisor", "Administrator"],
  "POST contacts/import": ["Administrator"],
  "GET agents": ["Agent", "Supervisor", "Administrator"],
  "GET agents/{id}": ["Agent", "Supervisor", "Administrator"],
  "PUT agents/{id}": ["Administrator"],
  "GET settings/{kind}": ["Agent", "Supervisor", "Administrator"],
  "GET settings/{kind}/{id}": ["Agent", "Supervisor", "Administrator"],
  "PUT settings/{kind}/{id}": ["Administrator"],
  "GET opt-outs": ["Administrator"],
  "GET opt-outs/export": ["Administrator"],
  "GET opt-outs/{id}": ["Administrator"],
  "POST opt-outs": ["Administrator"],
  "POST opt-outs/{id}/end": ["Administrator"],
  "GET providers": ["Administrator"],
  "POST settings/channels/{id}/verify": ["Administrator"],
  "GET quarantine": ["Administrator"],
  "POST quarantine/{id}/replay": ["Administrator"],
};
const PUBLIC = ["GET health", "GET openapi.json"];

const operations = routes.map(({ method, path }) => `${method} ${path}`);

describe("the API", () => {
  it("has each operation of the matrix of roles, and no other", () => {
    expect(operations.toSorted()).toEqual([...Object.keys(ALLOWED), ...PUBLIC].toSorted());
  });

  it("asks for a role on every route but the public ones", () => {
    const withoutRole = routes.filter(({ roles }) => roles === "public" || roles.length === 0);
    expect(withoutRole.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(PUBLIC);
  });

  it("gives each function a name of its own, in kebab-case", () => {
    const names = routes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it.each(Object.entries(ALLOWED))("lets nobody without a token ask for %s", async (operation) => {
    expect((await ask(operation)).status).toBe(401);
  });

  it.each(Object.entries(ALLOWED))("lets %s be asked for by %j only", async (operation, allowed) => {
    for (const role of roleSchema.options) {
      const { body } = await ask(operation, tokenOf("agent-a", role));
      expect(body.type === "urn:hilo:problem:forbidden", role).toBe(!allowed.includes(role));
    }
  });

  it.each(PUBLIC)("lets everybody ask for %s", async (operation) => {
    expect((await ask(operation)).status).toBe(200);
  });
});

const VALUES: Readonly<Record<string, string>> = { kind: "queues", id: "unknown", messageId: "out-1" };

const ask = (operation: string, as?: string) => {
  const [method = "", path = ""] = operation.split(" ");
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => VALUES[name] ?? name);
  return new TestApi().call(method, `/${filled}`, { ...(as && { as }) });
};
