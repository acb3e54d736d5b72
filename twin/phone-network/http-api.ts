import * as z from "zod";
import { HandshakeError } from "../event-grid/subscription.ts";
import { API_ROUTES, type Route } from "./api-routes.ts";
import { faultGuide } from "./faults.ts";
import { type HttpReply, type HttpRequest, json } from "./http-server.ts";
import type { PhoneNetwork } from "./phone-network.ts";

const ROUTES: readonly Route[] = [
  ...API_ROUTES,
  { method: "GET", path: "/", does: "this text", serve: () => plainText(guide()) },
];

const HINT = "A body must be JSON; GET / shows what to send.";

/** Serves the API for people, demos and tests. Errors are problem details (RFC 9457). */
export const serveApi = async (network: PhoneNetwork, request: HttpRequest): Promise<HttpReply> => {
  const matches = ROUTES.flatMap((route) => {
    const value = valueIn(route.path, request.path);
    return value === undefined ? [] : [{ route, value }];
  });
  if (matches.length === 0)
    return problem(404, "Not found", `Nothing is at ${request.path}. GET / lists what there is.`);
  const match = matches.find(({ route }) => route.method === request.method);
  if (!match) {
    const allow = matches.map(({ route }) => route.method).join(", ");
    return problem(405, "Method not allowed", `Use ${allow} at ${request.path}.`, { allow });
  }
  try {
    return await match.route.serve(network, request, match.value);
  } catch (error) {
    if (error instanceof z.ZodError) return problem(400, "Invalid request", `${z.prettifyError(error)}\n${HINT}`);
    if (error instanceof HandshakeError) return problem(422, "Validation handshake failed", error.message);
    throw error;
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

const problem = (
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

const plainText = (body: string): HttpReply => ({
  kind: "answer",
  status: 200,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body,
});

const guide = (): string => {
  const routes = ROUTES.map(({ method, path, does }) => `${`${method} ${path}`.padEnd(30)} ${does}`);
  return [
    "The phone network: handsets, Event Grid, and three providers' APIs: Azure Communication Services (POST /sms),",
    "Twilio (/2010-04-01/Accounts/...) and TeleSign (/v1/messaging).",
    "",
    ...routes,
    "",
    'Faults, each with "times" (default 1) and, to strike one number only, "match":',
    "",
    ...faultGuide(),
    "",
  ].join("\n");
};
