import * as z from "zod";
import { settingIdSchema } from "../../../shared/kernel/ids.ts";
import { verifyChannel } from "../../../shared/settings/verify-channel.ts";
import { problem } from "../problem.ts";
import { ADMINISTRATORS, type Route, route } from "../route.ts";
import { providersView, providerViewSchema, verificationView, verificationViewSchema } from "../views/provider.ts";

export const providerRoutes: readonly Route[] = [
  route(ADMINISTRATORS, {
    name: "list-providers",
    method: "GET",
    path: "providers",
    summary: "Lists the configured providers and their capabilities",
    request: {},
    responses: { 200: z.object({ items: z.array(providerViewSchema) }) },
    problems: [],
    handle: async (_, { providers }) => ({ status: 200, body: { items: providersView(providers) } }),
  }),
  route(ADMINISTRATORS, {
    name: "verify-channel",
    method: "POST",
    path: "settings/channels/{id}/verify",
    summary: "Checks with the channel's provider, by a request without effect, whether the channel can work",
    request: { params: z.object({ id: settingIdSchema }) },
    responses: { 200: verificationViewSchema },
    problems: ["not-found"],
    handle: async ({ params: { id } }, ports) => {
      const verification = await verifyChannel(ports, id);
      return verification ? { status: 200, body: verificationView(verification) } : problem("not-found");
    },
  }),
];
