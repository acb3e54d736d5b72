import { type ApiRoute, jsonBody, problem } from "../http/api.ts";
import type { EventGrid } from "./event-grid.ts";
import { HandshakeError } from "./handshake.ts";

/** The routes with which people, demos and tests manage subscriptions and look at deliveries. */
export const eventGridRoutes = (eventGrid: EventGrid): readonly ApiRoute[] => [
  {
    method: "POST",
    path: "/subscriptions",
    summary: "{ name, eventType, endpoint, schema? }: subscribes a webhook, which must pass the validation handshake",
    handle: async (c) => {
      try {
        return Response.json(await eventGrid.subscribe(await jsonBody(c)), { status: 201 });
      } catch (error) {
        if (!(error instanceof HandshakeError)) throw error;
        return problem(422, "Validation handshake failed", { detail: error.message });
      }
    },
  },
  {
    method: "GET",
    path: "/subscriptions",
    summary: "event subscriptions",
    handle: () => Response.json({ items: eventGrid.subscriptions() }),
  },
  {
    method: "GET",
    path: "/deliveries",
    summary: "attempts of Event Grid to deliver an event",
    handle: () => Response.json({ items: eventGrid.deliveries() }),
  },
  {
    method: "GET",
    path: "/dead-letters",
    summary: "events that Event Grid gave up",
    handle: () => Response.json({ items: eventGrid.deadLetters() }),
  },
];
