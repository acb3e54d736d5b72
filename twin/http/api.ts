import * as z from "zod";
import { type HttpReply, type HttpRequest, json } from "./server.ts";

/** A route of an API for people, demos and tests. */
export interface ApiRoute {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** A segment in braces stands for any value. */
  readonly path: string;
  /** For the guide: the members of the body, if there is one, and what the route does. */
  readonly summary: string;
  readonly serve: (request: HttpRequest, value: string) => HttpReply | Promise<HttpReply>;
}

/** Serves an API. Errors are problem details (RFC 9457). */
export const serveApi = async (routes: readonly ApiRoute[], request: HttpRequest): Promise<HttpReply> => {
  const matches = routes.flatMap((route) => {
    const value = valueIn(route.path, request.path);
    return value === undefined ? [] : [{ route, value }];
  });
  if (matches.length === 0) {
    return problem(404, "Not found", `There is nothing at ${request.path}. GET / lists the routes.`);
  }
  const match = matches.find(({ route }) => route.method === request.method);
  if (!match) {
    const allow = matches.map(({ route }) => route.method).join(", ");
    return problem(405, "Method not allowed", `Use ${allow} at ${request.path}.`, { allow });
  }
  try {
    return await match.route.serve(request, match.value);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return problem(
      400,
      "Invalid request",
      `${z.prettifyError(error)}\nThe body must be JSON. GET / shows its members.`,
    );
  }
};

/**
 * The part of a path that stands for a route's braces.
 * @returns undefined when the path is not the route's; "" when it is, and the route has no braces.
 */
const valueIn = (route: string, path: string): string | undefined => {
  const [before = "", after] = route.split(/\{\w+\}/);
  if (after === undefined) return path === route ? "" : undefined;
  const value = path.slice(before.length, path.length - after.length);
  return path === before + value + after && /^[^/]+$/.test(value) ? decoded(value) : undefined;
};

const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

export const problem = (
  status: number,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): HttpReply =>
  json(
    status,
    { type: "about:blank", title, status, detail },
    { "content-type": "application/problem+json", ...headers },
  );
