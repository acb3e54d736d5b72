import { parseJson } from "../json-text.ts";
import { type HttpReply, type HttpRequest, json } from "./http-server.ts";
import type { OwnedNumberInput } from "./owned-numbers.ts";
import type { PhoneNetwork } from "./phone-network.ts";

/** A body as the method that takes it wants it: the method parses its input itself, and throws what is wrong with it. */
const bodyOf = <Input>(request: HttpRequest): Input => parseJson(request.body) as Input;

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** A segment in braces stands for any value. */
  readonly path: string;
  readonly does: string;
  readonly serve: (network: PhoneNetwork, request: HttpRequest, value: string) => HttpReply | Promise<HttpReply>;
}

/** What people, demos and tests can ask of the phone network. */
export const API_ROUTES: readonly Route[] = [
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
];
