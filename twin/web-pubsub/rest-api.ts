import { Hono } from "hono";
import { problem } from "../http/api.ts";
import type { HttpApp, NodeContext, NodeEnv } from "../http/app-server.ts";
import { parseJson } from "../json-text.ts";
import type { Connection, Content } from "./connection.ts";
import type { Faults } from "./faults.ts";
import { parseFilter, UnsupportedFilterError } from "./filter.ts";
import type { Tokens } from "./tokens.ts";

/** The version of the API that the twin has. */
const API_VERSION = "2024-12-01";

export interface RestApiOptions {
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly connections: ReadonlySet<Connection>;
  /** Called with 1 when the service begins with a request, and with -1 when it has responded. */
  readonly countRequest: (change: 1 | -1) => void;
  readonly origin: () => string;
}

/** A request to a hub, with the parts of its path after the hub's name. */
interface Operation {
  readonly c: NodeContext;
  readonly query: URLSearchParams;
  /** The connections that the path names: all of the hub, of a user or of a group. */
  readonly targets: readonly Connection[];
  /** The group that the path names. */
  readonly group: string | undefined;
}

interface Handler {
  /** The query parameters beside `api-version`. */
  readonly parameters: readonly string[];
  readonly handle: (operation: Operation) => Response | Promise<Response>;
}

/** The API by which an app sends messages. Source: Azure Web PubSub service data plane REST reference. */
export const restApi = (options: RestApiOptions): HttpApp => {
  const { tokens, faults, countRequest, origin } = options;
  const app = new Hono<NodeEnv>();
  app.all("/api/*", async (c) => {
    // A request that hangs is no work in progress.
    if (faults.requests === "hanging") return abandoned(c);
    if (faults.requests === "unavailable") return c.body(null, 503);
    countRequest(1);
    try {
      const { pathname, search } = new URL(c.req.url);
      const [, token = ""] = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "") ?? [];
      if (!(await tokens.authorizes(token, `${origin()}${pathname}${search}`))) return c.body(null, 401);
      return await serve(c, options);
    } finally {
      countRequest(-1);
    }
  });
  return app;
};

const serve = async (c: NodeContext, { connections }: RestApiOptions): Promise<Response> => {
  const { pathname, searchParams: query } = new URL(c.req.url);
  const [, , , hub, ...rest] = pathname.split("/").map(decodeURIComponent);
  const pattern = rest.map((part, index) => (isName(rest, index) ? "{name}" : part)).join("/");
  const handler = HANDLERS[`${c.req.method} ${pattern}`];
  if (!pathname.startsWith("/api/hubs/") || !handler) return unsupported(`${c.req.method} ${pathname}`);
  const unknown = [...query.keys()].filter((name) => !["api-version", ...handler.parameters].includes(name));
  if (unknown.length > 0) return unsupported(`the parameters ${unknown.join(", ")} of ${pathname}`);
  if (query.get("api-version") !== API_VERSION) return unsupported(`the version ${query.get("api-version")}`);
  const [kind, name = ""] = rest;
  const targets = [...connections].filter(
    ({ hub: own, userId, groups }) =>
      own === hub && (kind === "users" ? userId === name : kind === "groups" ? groups.has(name) : true),
  );
  return handler.handle({ c, query, targets, group: kind === "groups" ? name : undefined });
};

/** Whether a part of the path is the name of a user or a group. */
const isName = (parts: readonly string[], index: number): boolean =>
  index === 1 && ["users", "groups"].includes(parts[0] ?? "");

const send: Handler = {
  parameters: ["filter"],
  handle: async ({ c, query, targets, group }) => {
    const content = contentOf(c.req.header("content-type"), await c.req.text());
    if (!content) return unsupported("this content type, or a body that does not have it,");
    const from =
      group === undefined ? ({ from: "server" } as const) : ({ from: "group", group, fromUserId: undefined } as const);
    try {
      const filter = query.get("filter");
      const matches = filter === null ? () => true : parseFilter(filter);
      for (const target of targets.filter(matches)) target.deliver({ ...from, ...content });
    } catch (error) {
      if (!(error instanceof UnsupportedFilterError)) throw error;
      return problem(400, "Unsupported filter", { detail: error.message });
    }
    return c.body(null, 202);
  },
};

const closeConnections: Handler = {
  parameters: ["reason"],
  handle: ({ c, query, targets }) => {
    for (const target of targets) target.close(query.get("reason") ?? "");
    return c.body(null, 204);
  },
};

const exists: Handler = {
  parameters: [],
  handle: ({ c, targets }) => c.body(null, targets.length > 0 ? 200 : 404),
};

const HANDLERS: Readonly<Record<string, Handler>> = {
  "POST :send": send,
  "POST users/{name}/:send": send,
  "POST groups/{name}/:send": send,
  "POST users/{name}/:closeConnections": closeConnections,
  "HEAD users/{name}": exists,
};

const contentOf = (type: string | undefined, body: string): Content | undefined => {
  if (type?.startsWith("text/plain")) return { dataType: "text", data: body };
  const data = type?.startsWith("application/json") ? parseJson(body) : undefined;
  return data === undefined ? undefined : { dataType: "json", data };
};

/** Waits until the client gives up. */
const abandoned = async (c: NodeContext): Promise<Response> => {
  const { signal } = c.req.raw;
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  return c.body(null, 503);
};

const unsupported = (subject: string): Response =>
  problem(501, "Unsupported", { detail: `The twin does not support ${subject}.` });
