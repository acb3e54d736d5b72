import * as z from "zod";
import { NUMBER_PROBLEMS } from "../../../shared/contact/mobile-phone.ts";
import { settingIdSchema } from "../../../shared/kernel/ids.ts";
import { toInstant } from "../../../shared/kernel/instant.ts";
import { tryRules } from "../../../shared/routing/try-rules.ts";
import { invalidField, problem } from "../problem.ts";
import { ADMINISTRATORS, type Route, route } from "../route.ts";
import { ruleTrialView, ruleTrialViewSchema } from "../views/rule-trial.ts";

export const tryRulesRoutes: readonly Route[] = [
  route(ADMINISTRATORS, {
    name: "try-routing-rules",
    method: "POST",
    path: "settings/routing-rules/try",
    summary: "Shows to which queue the stored routing rules would bring a text, and why the earlier rules do not apply",
    request: {
      body: z.strictObject({
        channelId: settingIdSchema,
        customer: z
          .string()
          .min(1)
          .max(40)
          .meta({ description: "A phone number as people write it", examples: ["(425) 555-0123"] }),
        text: z.string().min(1).max(10_000).meta({ description: "The text that would open the conversation" }),
        at: z.iso
          .datetime({ offset: true, error: "must be a date and time with a zone, such as 2026-01-31T09:30:00Z" })
          .optional()
          .meta({ description: "When the text would arrive; now by default", examples: ["2026-01-31T09:30:00Z"] }),
      }),
    },
    responses: { 200: ruleTrialViewSchema },
    problems: ["invalid", "sms-disabled"],
    handle: async ({ body: { at, ...trial } }, ports) => {
      const outcome = await tryRules(ports, { ...trial, at: at === undefined ? ports.now() : toInstant(new Date(at)) });
      switch (outcome.kind) {
        case "chosen":
          return { status: 200, body: ruleTrialView(outcome) };
        case "unknown-channel":
          return invalidField("channelId", "there is no such channel");
        case "no-organisation":
          return problem("sms-disabled");
        case "not-a-number":
        case "needs-plus":
          return invalidField("customer", NUMBER_PROBLEMS[outcome.kind]);
        default:
          return outcome satisfies never;
      }
    },
  }),
];
