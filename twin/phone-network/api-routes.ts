import { type ApiRoute, jsonBody } from "../http/api.ts";
import type { PhoneNetworkControls } from "./controls.ts";
import type { OwnedNumberInput } from "./owned-numbers.ts";

/** The routes with which people, demos and tests use the phone network. */
export const phoneNetworkRoutes = (network: PhoneNetworkControls): readonly ApiRoute[] => [
  {
    method: "POST",
    path: "/texts",
    summary: "{ from, to, text, messageId?, media? }: sends a customer's text to an owned number",
    handle: async (c) => Response.json(network.text(await jsonBody(c)), { status: 202 }),
  },
  {
    method: "GET",
    path: "/handsets",
    summary: "numbers of the customers' phones that have sent or received a text",
    handle: () => Response.json({ items: network.handsets().map((number) => ({ number })) }),
  },
  {
    method: "GET",
    path: "/handsets/:number/texts",
    summary: "texts that a customer's phone has received",
    handle: (c) => Response.json({ items: network.handset(c.req.param("number") ?? "") }),
  },
  {
    method: "GET",
    path: "/handsets/:number/conversations/:owned",
    summary: "texts between a customer's phone and an owned number, both ways",
    handle: (c) => {
      const { number = "", owned = "" } = c.req.param();
      return Response.json({ items: network.conversation(number, owned) });
    },
  },
  {
    method: "PUT",
    path: "/numbers/:number",
    summary: "{ provider, type?, ... }: registers a number, with the settings of its provider",
    handle: async (c) => {
      const body = await jsonBody<OwnedNumberInput>(c);
      return Response.json(network.setNumber({ ...body, number: c.req.param("number") ?? "" }));
    },
  },
  {
    method: "GET",
    path: "/numbers",
    summary: "registered numbers",
    handle: () => Response.json({ items: network.numbers() }),
  },
  {
    method: "PUT",
    path: "/accounts/:provider",
    summary: "{ ... }: changes settings of the account at a provider",
    handle: async (c) => Response.json(network.updateAccount(c.req.param("provider") ?? "", await jsonBody(c))),
  },
  {
    method: "GET",
    path: "/accounts",
    summary: "accounts at the providers with their keys, which protect nothing",
    handle: () => Response.json(network.accounts()),
  },
  {
    method: "POST",
    path: "/faults",
    summary: "adds a fault: see below",
    handle: async (c) => Response.json(network.addFault(await jsonBody(c)), { status: 201 }),
  },
  {
    method: "GET",
    path: "/faults",
    summary: "pending faults",
    handle: () => Response.json({ items: network.faults() }),
  },
  {
    method: "DELETE",
    path: "/faults",
    summary: "removes all faults and delivers the held events",
    handle: (c) => {
      network.clearFaults();
      return c.body(null, 204);
    },
  },
  {
    method: "GET",
    path: "/webhook-calls",
    summary: "calls of providers to webhooks",
    handle: () => Response.json({ items: network.webhookCalls() }),
  },
];
