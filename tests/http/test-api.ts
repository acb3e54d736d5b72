import { HttpRequest, type HttpResponseInit, InvocationContext } from "@azure/functions";
import { expect } from "vitest";
import * as z from "zod";
import { httpHandler } from "../../functions/http/http-handler.ts";
import { problemSchema } from "../../functions/http/problem.ts";
import { CONTENT_TYPES, type Responses, type Route } from "../../functions/http/route.ts";
import { makeRoutes } from "../../functions/http/routes.ts";
import { type Caller, type Role, roleSchema, type TokenVerifier } from "../../shared/kernel/caller.ts";
import { agentIdSchema } from "../../shared/kernel/ids.ts";
import type { ServiceHealth } from "../../shared/upkeep/health.ts";
import { type Fakes, makeFakes } from "../fakes/fakes.ts";
import { type SampleOrganisation, sampleAgent } from "../fakes/sample-organisation.ts";

/** The parts of a request besides method and path. A body that is not a string is sent as JSON. */
export interface Sent {
  /** A token of `tokenOf`. */
  readonly as?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The response. */
export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: every test asserts the body that it expects
  readonly body: any;
}

/** Makes the token of a caller, such as "agent-a" with the role Agent. */
export const tokenOf = (agentId: string, ...roles: readonly Role[]): string =>
  Buffer.from(JSON.stringify({ agentId, roles })).toString("base64url");

export const AGENT = tokenOf("agent-a", "Agent");
export const SUPERVISOR = tokenOf("boss", "Supervisor");
export const ADMINISTRATOR = tokenOf("admin", "Administrator");

const ROUTES = makeRoutes();

/** The routes with the patterns of their paths. Paths without parameters come first. */
const PATTERNS = ROUTES.toSorted((a, b) => Number(a.path.includes("{")) - Number(b.path.includes("{"))).map((route) => {
  const pattern = route.path.replaceAll(".", "\\.").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return { route, pattern: new RegExp(`^${pattern}$`) };
});

/** The API on stores in memory. "agent-a" is a member of the support queue, "agent-b" of the billing queue. */
export class TestApi {
  readonly routes = ROUTES;
  readonly fakes: Fakes;
  /** The warnings and errors in the log. */
  readonly logs: string[] = [];
  /** The lines of information in the log. */
  readonly information: string[] = [];
  /** The health of the services that the app depends on. */
  health: readonly ServiceHealth[] = [{ name: "Cosmos DB", ok: true }];
  readonly tokenVerifier: TokenVerifier = { verify: async (token) => callerOf(token) };

  constructor(some: Partial<SampleOrganisation> = {}) {
    const agents = [sampleAgent("agent-a"), sampleAgent("agent-b", { queueIds: ["billing"] })];
    this.fakes = makeFakes({ agents, ...some });
  }

  get(path: string, sent?: Sent): Promise<Received> {
    return this.call("GET", path, sent);
  }

  post(path: string, sent?: Sent): Promise<Received> {
    return this.call("POST", path, sent);
  }

  put(path: string, sent?: Sent): Promise<Received> {
    return this.call("PUT", path, sent);
  }

  patch(path: string, sent?: Sent): Promise<Received> {
    return this.call("PATCH", path, sent);
  }

  delete(path: string, sent?: Sent): Promise<Received> {
    return this.call("DELETE", path, sent);
  }

  /** Calls the route of a path, as the Functions host does. The response must be as the route documents it. */
  async call(method: string, path: string, { as, body, headers = {} }: Sent = {}): Promise<Received> {
    const url = new URL(`http://127.0.0.1/api${path}`);
    const { route, params } = findRoute(method, url.pathname.slice("/api/".length));
    const request = new HttpRequest({
      method,
      url: url.href,
      params,
      headers: {
        ...(as && { authorization: `Bearer ${as}` }),
        ...(body !== undefined && { "content-type": CONTENT_TYPES[route.accepts ?? "json"] }),
        ...headers,
      },
      ...(body !== undefined && { body: { string: typeof body === "string" ? body : JSON.stringify(body) } }),
    });
    const received = receivedOf(await this.#serve(route, request));
    expectAsDocumented(route, received);
    return received;
  }

  async #serve(route: Route, request: HttpRequest): Promise<HttpResponseInit> {
    const { tokenVerifier, fakes } = this;
    const portsFor = () => ({ ...fakes, health: { check: async () => this.health } });
    const context = new InvocationContext({
      invocationId: "invocation-1",
      logHandler: (level, ...line) => (level === "information" ? this.information : this.logs).push(line.join(" ")),
    });
    return httpHandler(route, { tokenVerifier, portsFor })(request, context);
  }
}

const findRoute = (method: string, path: string): { route: Route; params: Record<string, string> } => {
  for (const { route, pattern } of PATTERNS) {
    const found = route.method === method && pattern.exec(path);
    if (found) {
      const params = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
      return { route, params: Object.fromEntries(params) };
    }
  }
  throw new Error(`no route for ${method} ${path}`);
};

const callerOf = (token: string): Caller | undefined => {
  try {
    const { agentId, roles } = JSON.parse(Buffer.from(token, "base64url").toString());
    return { agentId: agentIdSchema.parse(agentId), roles: roleSchema.array().parse(roles) };
  } catch {
    return undefined;
  }
};

/** Reads a response as a client does, which knows only its text. */
const receivedOf = ({ status = 200, headers, jsonBody, body }: HttpResponseInit): Received => {
  const sent = Object.fromEntries(new Headers(headers));
  const text = jsonBody === undefined ? body : JSON.stringify(jsonBody);
  const isJson = sent["content-type"]?.includes("json") && typeof text === "string";
  return { status, headers: sent, body: isJson ? JSON.parse(text) : text };
};

/** A response has the schema that its route documents for its status, and no other members. */
const expectAsDocumented = (route: Route, { status, headers, body }: Received): void => {
  const isProblem = headers["content-type"] === "application/problem+json";
  const schema = isProblem ? problemSchema.strict() : schemasOf(route)[status];
  expect(schema?.parse(body), `${route.name} responds ${status} as documented`).toEqual(body);
  const hasETag = !isProblem && (route.hasETag || route.isPolled);
  expect("etag" in headers, `${route.name} responds with an ETag as documented`).toBe(!!hasETag);
};

const schemasOf = ({ responses, isPolled }: Route): Responses => ({
  ...responses,
  ...(isPolled && { 304: z.undefined() }),
});
