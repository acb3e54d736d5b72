import type { ApiRoute } from "../http/api.ts";
import { type FaultSchema, faultGuide } from "./faults.ts";
import type { ProviderDefinition } from "./provider.ts";

/** The text at GET /: the providers, the routes and the faults. */
export const guide = ({
  providers,
  routes,
  faults,
}: {
  providers: readonly ProviderDefinition[];
  routes: readonly ApiRoute[];
  faults: FaultSchema;
}): string =>
  [
    "The phone network: handsets, carriers and providers. The providers and their APIs:",
    "",
    ...providers.map(({ name, summary }) => `${name.padEnd(30)} ${summary}`),
    "",
    "To play the customer in a browser, open /phone.",
    "",
    "Routes to play the customer and to cause faults:",
    "",
    ...routes.map(({ method, path, summary }) => `${`${method} ${path}`.padEnd(30)} ${summary}`),
    "",
    'Faults. A fault can have "times" (default 1) and, to restrict it to one number, "match":',
    "",
    ...faultGuide(faults),
    "",
  ].join("\n");
