import * as z from "zod";
import { settingIdSchema } from "../../shared/kernel/ids.ts";
import { verifyChannel } from "../../shared/settings/verify-channel.ts";
import { numberTypeSchema, providerNameSchema } from "../../shared/sms/provider.ts";
import { problem } from "./problem.ts";
import { ADMINISTRATORS, type Route, route } from "./route.ts";

const providerSchema = z
  .object({
    name: providerNameSchema,
    retrySafety: z
      .enum(["idempotent", "lookup", "unsafe"])
      .meta({ description: "What is done about a text that nobody knows to be sent or not" }),
    hasDeliveryReports: z.boolean().meta({ description: "Whether it tells what became of a text" }),
    maxTextLength: z.int().meta({ description: "UTF-16 code units" }),
    handledKeywords: z
      .record(numberTypeSchema, z.array(z.string()))
      .meta({ description: "The words that it, or the network, answers by itself, by type of number" }),
    segmentsPerMinute: z.partialRecord(numberTypeSchema, z.int()),
  })
  .meta({ id: "Provider" });

const verificationSchema = z
  .object({ ok: z.boolean(), checks: z.array(z.object({ ok: z.boolean(), message: z.string() })) })
  .meta({ id: "Verification" });

export const providerRoutes: readonly Route[] = [
  route(ADMINISTRATORS, {
    name: "list-providers",
    method: "GET",
    path: "providers",
    summary: "The providers that the app is set up for, and what each can do",
    request: {},
    responses: { 200: z.object({ items: z.array(providerSchema) }) },
    problems: [],
    handle: async (_, { providers }) => ({
      status: 200,
      body: {
        items: Object.entries(providers).flatMap(([name, provider]) =>
          provider ? [providerSchema.parse({ name, ...provider.capabilities })] : [],
        ),
      },
    }),
  }),
  route(ADMINISTRATORS, {
    name: "verify-channel",
    method: "POST",
    path: "settings/channels/{id}/verify",
    summary: "Asks the channel's provider, by a call without effect, whether the channel can work",
    request: { params: z.object({ id: settingIdSchema }) },
    responses: { 200: verificationSchema },
    problems: ["not-found"],
    handle: async ({ params: { id } }, ports) => {
      const verification = await verifyChannel(ports, id);
      if (!verification) return problem("not-found");
      const checks = [...verification.checks];
      return { status: 200, body: { ok: checks.every(({ ok: good }) => good), checks } };
    },
  }),
];
