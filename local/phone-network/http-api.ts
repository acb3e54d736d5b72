import * as z from "zod";
import { HandshakeError } from "./event-grid/subscription.ts";
import { faultGuide } from "./faults.ts";
import { type HttpReply, type HttpRequest, json } from "./http-server.ts";
import { parseJson } from "./json-text.ts";
import type { OwnedNumberInput } from "./owned-numbers.ts";
import type { PhoneNetwork } from "./phone-network.ts";

interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** A segment in braces stands for any value. */
  readonly path: string;
  readonly does: string;
  readonly serve: (network: PhoneNetwork, request: HttpRequest, value: string) => HttpReply | Promise<HttpReply>;
}

const ROUTES: readonly Route[] = [
  {
    method: "POST",
    path: "/texts",
    does: "{ from, to, text, messageId?, media? }: a customer texts an owned number",
    serve: (network, request) => json(202, network.text(bodyOf(request))),
  },
  {
    method: "GET",
    path: "/handsets/{number}/texts",
    does: "what a customer's phone got",
    serve: (network, _request, number) => json(200, { items: network.handset(number) }),
  },
  {
    method: "PUT",
    path: "/numbers/{number}",
    does: '{ provider, type?, smsUrl? }: a number is "acs", "twilio" or "telesign"; else it is toll-free with ACS',
    serve: (network, request, number) => json(200, network.setNumber({ ...bodyOf<OwnedNumberInput>(request), number })),
  },
  {
    method: "GET",
    path: "/numbers",
    does: "the numbers that were registered",
    serve: (network) => json(200, { items: network.numbers() }),
  },
  {
    method: "PUT",
    path: "/accounts/telesign",
    does: "{ callbackUrl }: where TeleSign brings texts, and reports without a URL of their own",
    serve: (network, request) => json(200, network.setTelesignCallback(bodyOf(request))),
  },
  {
    method: "GET",
    path: "/accounts",
    does: "the accounts at Twilio and TeleSign, with their keys, which protect nothing",
    serve: (network) => json(200, { twilio: network.twilioAccount, telesign: network.telesignAccount }),
  },
  {
    method: "POST",
    path: "/faults",
    does: "makes something go wrong: see below",
    serve: (network, request) => json(201, network.addFault(bodyOf(request))),
  },
  {
    method: "GET",
    path: "/faults",
    does: "the faults that are not used up",
    serve: (network) => json(200, { items: network.faults() }),
  },
  {
    method: "DELETE",
    path: "/faults",
    does: "forgets all faults, and delivers the events that one holds",
    serve: (network) => {
      network.clearFaults();
      return { kind: "answer", status: 204 };
    },
  },
  {
    method: "GET",
    path: "/deliveries",
    does: "what Event Grid tried, with the answers",
    serve: (network) => json(200, { items: network.deliveries() }),
  },
  {
    method: "GET",
    path: "/webhook-calls",
    does: "what Twilio and TeleSign called, with the answers",
    serve: (network) => json(200, { items: network.webhookCalls() }),
  },
  {
    method: "GET",
    path: "/dead-letters",
    does: "the events that Event Grid gave up",
    serve: (network) => json(200, { items: network.deadLetters() }),
  },
  {
    method: "POST",
    path: "/subscriptions",
    does: "{ name, eventType, endpoint, schema? }: subscribes a webhook, which must pass the handshake",
    serve: async (network, request) => json(201, await network.subscribe(bodyOf(request))),
  },
  {
    method: "GET",
    path: "/subscriptions",
    does: "the event subscriptions",
    serve: (network) => json(200, { items: network.subscriptions() }),
  },
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

/** A body as the method that takes it wants it: the method parses its input itself, and throws what is wrong with it. */
const bodyOf = <Input>(request: HttpRequest): Input => parseJson(request.body) as Input;

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
