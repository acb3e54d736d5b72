import { type ApiRoute, problem } from "../http/api.ts";
import { json } from "../http/server.ts";
import { parseJson } from "../json-text.ts";
import type { EventGrid } from "./event-grid.ts";
import { HandshakeError } from "./handshake.ts";
import type { SubscriptionInput } from "./subscription.ts";

/** The routes with which people, demos and tests manage subscriptions and look at deliveries. */
export const eventGridRoutes = (eventGrid: EventGrid): readonly ApiRoute[] => [
  {
    method: "POST",
    path: "/subscriptions",
    summary: "{ name, eventType, endpoint, schema? }: subscribes a webhook, which must pass the validation handshake",
    serve: async (request) => {
      try {
        return json(201, await eventGrid.subscribe(parseJson(request.body) as SubscriptionInput)); // it validates
      } catch (error) {
        if (!(error instanceof HandshakeError)) throw error;
        return problem(422, "Validation handshake failed", error.message);
      }
    },
  },
  {
    method: "GET",
    path: "/subscriptions",
    summary: "event subscriptions",
    serve: () => json(200, { items: eventGrid.subscriptions() }),
  },
  {
    method: "GET",
    path: "/deliveries",
    summary: "attempts of Event Grid to deliver an event",
    serve: () => json(200, { items: eventGrid.deliveries() }),
  },
  {
    method: "GET",
    path: "/dead-letters",
    summary: "events that Event Grid gave up",
    serve: () => json(200, { items: eventGrid.deadLetters() }),
  },
];
