import { Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import * as z from "zod";
import { parseJson } from "../json-text.ts";
import type { HttpApp, NodeContext, NodeEnv } from "./app-server.ts";

/** A route of an API for people, demos and tests. */
export interface ApiRoute {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** `:name` stands for any segment. */
  readonly path: string;
  /** For the guide: the members of the body, if there is one, and what the route does. */
  readonly summary: string;
  readonly handle: (c: NodeContext) => Response | Promise<Response>;
}

/** Makes an app of routes. Its errors are problem details (RFC 9457). */
export const apiOf = (routes: readonly ApiRoute[]): HttpApp => {
  const app = new Hono<NodeEnv>();
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) =>
        problem(405, "Method not allowed", {
          detail: `Use ${methods.join(", ")} at ${c.req.path}.`,
          headers: { allow: methods.join(", ") },
        }),
    }),
  );
  for (const { method, path, handle } of routes) app.on(method, path, handle);
  app.all("*", (c) =>
    problem(404, "Not found", { detail: `There is nothing at ${c.req.path}. GET / lists the routes.` }),
  );
  app.onError((error) => {
    if (!(error instanceof z.ZodError)) throw error;
    const detail = `${z.prettifyError(error)}\nThe body must be JSON. GET / shows its members.`;
    return problem(400, "Invalid request", { detail });
  });
  return app;
};

/** Parses a JSON body. The callee validates it: a body that is not JSON is undefined. */
export const jsonBody = async <Input>(c: NodeContext): Promise<Input> => parseJson(await c.req.text()) as Input;

/**
 * A response with problem details. Source: RFC 9457.
 * @param options.members - extension members.
 */
export const problem = (
  status: number,
  title: string,
  {
    detail,
    headers = {},
    members = {},
  }: { detail: string; headers?: Readonly<Record<string, string>>; members?: object },
): Response =>
  Response.json(
    { type: "about:blank", title, status, detail, ...members },
    { status, headers: { "content-type": "application/problem+json", ...headers } },
  );
