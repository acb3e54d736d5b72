import type { TokenOverrides } from "azure-twin/identity";
import { describe, expect, it } from "vitest";
import { callHttp, type HttpResponse } from "../../../local/people.ts";
import { shareTwin, type Team } from "../support/team.ts";

const nextTeam = shareTwin();
const ROLES = ["Agent", "Supervisor", "Administrator"];

/** An operation of the API, as its OpenAPI document describes it. */
interface Operation {
  readonly method: string;
  /** Has a value for every parameter. */
  readonly path: string;
  /** Empty for a public operation. */
  readonly roles: readonly string[];
}

const PARAMETERS: Readonly<Record<string, string>> = {
  "conversations/{id}": "000000000000000000000000.1",
  "quarantine/{id}": "sms-received:unknown",
  "{kind}": "queues",
  "{id}": "unknown",
  "{messageId}": "out-unknown",
};

const fill = (path: string): string =>
  Object.entries(PARAMETERS).reduce(
    (filled, [parameter, value]) => filled.replace(parameter, parameter.replace(/\{\w+\}/, value)),
    path,
  );

const operationsOf = async ({ twin }: Team): Promise<readonly Operation[]> => {
  const { body } = await callHttp(`${twin.addresses.functions}/api/openapi.json`);
  return Object.entries<Record<string, { description?: string; security: readonly object[] }>>(body.paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, { description, security }]) => ({
        method: method.toUpperCase(),
        path: fill(path),
        roles: security.length === 0 ? [] : ROLES.filter((role) => description?.includes(role)),
      })),
  );
};

const request = (team: Team, { method, path }: Operation, authorization?: string): Promise<HttpResponse> =>
  callHttp(`${team.twin.addresses.functions}/api${path}`, {
    method,
    headers: { ...(authorization && { authorization }) },
  });

const tokenOf = async ({ twin, ana }: Team, overrides: TokenOverrides): Promise<string> =>
  `Bearer ${await twin.identity.token(ana.id, overrides)}`;

/** A token that declares no signature algorithm and has no signature. */
const unsigned = (token: string): string => {
  const header = Buffer.from(JSON.stringify({ alg: "none", typ: "JWT" })).toString("base64url");
  return `Bearer ${header}.${token.split(".")[1]}.`;
};

describe("the API", () => {
  it("describes every HTTP function", async () => {
    const team = nextTeam();
    const functions = [...team.twin.host.functions.values()].filter(({ bindings }) =>
      Object.values(bindings).some(({ type }) => type === "httpTrigger"),
    );
    const { body } = await callHttp(`${team.twin.addresses.functions}/api/openapi.json`);
    expect(body.openapi).toBe("3.1.1");
    const described = Object.values<Record<string, { operationId: string }>>(body.paths)
      .flatMap((methods) => Object.values(methods))
      .map(({ operationId }) => operationId);
    // Providers are not clients of the API: they define the requests that they send. The console is a page.
    expect([...described, "provider-webhook", "console"].toSorted()).toEqual(
      functions.map(({ name }) => name).toSorted(),
    );
  });

  it("begins every route with api/, except that of the console, so that none catches the host's own paths", () => {
    const functions = [...nextTeam().twin.host.functions.values()];
    const routes = functions.flatMap(({ bindings }) =>
      Object.values(bindings).flatMap(({ type, route }) => (type === "httpTrigger" ? String(route) : [])),
    );
    expect(routes.length).toBeGreaterThan(50);
    expect(routes.filter((route) => !route.startsWith("api/"))).toEqual(["console/{*path}"]);
  });

  it("has no public operations except health, what a sign-in needs, and the OpenAPI document", async () => {
    const open = (await operationsOf(nextTeam())).filter(({ roles }) => roles.length === 0);
    expect(open.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
      "GET /console/config",
      "GET /health",
      "GET /openapi.json",
    ]);
  });

  it("responds 401 without valid credentials on every other operation", async () => {
    const team = nextTeam();
    const credentials: Readonly<Record<string, string | undefined>> = {
      "no token": undefined,
      "another scheme": `Basic ${Buffer.from("ana:secret").toString("base64")}`,
      "not a JWT": "Bearer ana",
      "no signature": unsigned(await team.twin.identity.token(team.ana.id)),
      expired: await tokenOf(team, { expiresInSeconds: -120 }),
      "a foreign key": await tokenOf(team, { signedBy: "unpublished-key" }),
      "another issuer": await tokenOf(team, { issuer: "https://login.example.com/v2.0" }),
      "another audience": await tokenOf(team, { audience: "another-app" }),
    };
    for (const operation of (await operationsOf(team)).filter(({ roles }) => roles.length > 0)) {
      for (const [name, authorization] of Object.entries(credentials)) {
        const { status, headers } = await request(team, operation, authorization);
        expect([operation, name, status, headers.get("www-authenticate")]).toEqual([operation, name, 401, "Bearer"]);
      }
    }
  });

  it("responds 403 to callers without one of an operation's roles, and to no others", async () => {
    const team = nextTeam();
    const tokens = await Promise.all(
      [[], ["Owner"], ...ROLES.map((role) => [role])].map(async (roles) => ({
        roles,
        token: await tokenOf(team, { roles }),
      })),
    );
    for (const operation of (await operationsOf(team)).filter(({ roles }) => roles.length > 0)) {
      for (const { roles, token } of tokens) {
        const { status, body } = await request(team, operation, token);
        const isRefused = status === 403 && body.type === "urn:hilo:problem:forbidden";
        const isAllowed = roles.some((role) => operation.roles.includes(role));
        expect([operation, roles, isRefused]).toEqual([operation, roles, !isAllowed]);
        expect(status).not.toBe(401);
      }
    }
  });

  it("shows a supervisor who is not registered as an agent", async () => {
    const { body } = await nextTeam().sofia.call("me");
    expect(body).toMatchObject({ id: "sofia", roles: ["Agent", "Supervisor"], isRegistered: false });
  });

  it("refuses with problem details that carry the correlation id of the logs", async () => {
    const { body, headers } = await request(nextTeam(), { method: "GET", path: "/me", roles: [] });
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(body).toMatchObject({ type: "urn:hilo:problem:unauthenticated", title: expect.any(String), status: 401 });
    expect(body.correlationId).toBe(headers.get("x-correlation-id"));
  });
});
