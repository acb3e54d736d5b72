import type { ApiRoute } from "../http/api.ts";
import { type HttpRequest, json } from "../http/server.ts";
import { parseJson } from "../json-text.ts";
import type { PhoneNetworkControls } from "./controls.ts";
import type { OwnedNumberInput } from "./owned-numbers.ts";

/** Parses a JSON body; the callee validates it. */
const bodyOf = <Input>(request: HttpRequest): Input => parseJson(request.body) as Input;

/** The routes with which people, demos and tests use the phone network. */
export const phoneNetworkRoutes = (network: PhoneNetworkControls): readonly ApiRoute[] => [
  {
    method: "POST",
    path: "/texts",
    summary: "{ from, to, text, messageId?, media? }: sends a customer's text to an owned number",
    serve: (request) => json(202, network.text(bodyOf(request))),
  },
  {
    method: "GET",
    path: "/handsets/{number}/texts",
    summary: "texts on a customer's phone",
    serve: (_request, number) => json(200, { items: network.handset(number) }),
  },
  {
    method: "PUT",
    path: "/numbers/{number}",
    summary: '{ provider, type?, smsUrl? }: registers a number with "acs", "twilio" or "telesign"',
    serve: (request, number) => json(200, network.setNumber({ ...bodyOf<OwnedNumberInput>(request), number })),
  },
  {
    method: "GET",
    path: "/numbers",
    summary: "registered numbers",
    serve: () => json(200, { items: network.numbers() }),
  },
  {
    method: "PUT",
    path: "/accounts/telesign",
    summary: "{ callbackUrl }: sets the URL that TeleSign calls",
    serve: (request) => json(200, network.setTelesignCallback(bodyOf(request))),
  },
  {
    method: "GET",
    path: "/accounts",
    summary: "accounts at the providers with their keys, which protect nothing",
    serve: () => json(200, { twilio: network.twilioAccount, telesign: network.telesignAccount }),
  },
  {
    method: "POST",
    path: "/faults",
    summary: "adds a fault: see below",
    serve: (request) => json(201, network.addFault(bodyOf(request))),
  },
  {
    method: "GET",
    path: "/faults",
    summary: "pending faults",
    serve: () => json(200, { items: network.faults() }),
  },
  {
    method: "DELETE",
    path: "/faults",
    summary: "removes all faults and delivers the held events",
    serve: () => {
      network.clearFaults();
      return { kind: "answer", status: 204 };
    },
  },
  {
    method: "GET",
    path: "/webhook-calls",
    summary: "calls of providers to webhooks",
    serve: () => json(200, { items: network.webhookCalls() }),
  },
];
