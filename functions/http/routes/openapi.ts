import * as z from "zod";
import { makeOpenApi } from "../docs/openapi-document.ts";
import { publicRoute, type Route } from "../route.ts";

/** The route that describes the API, itself included. */
export const openApiRoute = (others: readonly Route[]): Route => {
  let document: Record<string, unknown> | undefined; // made at the first request: most processes never get one
  const self: Route = publicRoute({
    name: "openapi",
    method: "GET",
    path: "openapi.json",
    summary: "Gets this description of the API",
    request: {},
    responses: { 200: z.record(z.string(), z.unknown()) },
    problems: [],
    handle: async () => {
      document ??= makeOpenApi([...others, self]);
      return { status: 200, body: document };
    },
  });
  return self;
};
