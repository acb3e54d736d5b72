import * as z from "zod";
import {
  numberTypeSchema,
  type ProviderCapabilities,
  type ProviderName,
  type Providers,
  providerNameSchema,
  type Verification,
} from "../../../shared/sms/provider.ts";
import type { Complete } from "./complete.ts";

export const providerViewSchema = z
  .object({
    name: providerNameSchema,
    retrySafety: z.enum(["idempotent", "lookup", "unsafe"]).meta({
      description:
        "What happens to a text whose outcome is unknown. idempotent: it is sent again, with one effect. " +
        "lookup: it is looked up, and sent again only when it is not there. unsafe: it is never sent again",
    }),
    hasDeliveryReports: z.boolean(),
    maxTextLength: z.int().meta({ description: "The longest text in UTF-16 code units" }),
    handledKeywords: z
      .record(numberTypeSchema, z.array(z.string()))
      .meta({ description: "The keywords that the provider or the carriers respond to, by type of number" }),
    segmentsPerMinute: z
      .partialRecord(numberTypeSchema, z.int())
      .meta({ description: "The pace of one number, by type of number; absent where it is unknown" }),
  })
  .meta({ id: "Provider" });

type ProviderView = z.output<typeof providerViewSchema>;

const providerView = (
  name: ProviderName,
  { retrySafety, hasDeliveryReports, maxTextLength, handledKeywords, segmentsPerMinute }: ProviderCapabilities,
): Complete<ProviderCapabilities, ProviderView> => ({
  name,
  retrySafety,
  hasDeliveryReports,
  maxTextLength,
  handledKeywords: {
    "toll-free": [...handledKeywords["toll-free"]],
    "long-code": [...handledKeywords["long-code"]],
    "short-code": [...handledKeywords["short-code"]],
    mobile: [...handledKeywords.mobile],
  },
  segmentsPerMinute: Object.fromEntries(
    numberTypeSchema.options.flatMap((type) => {
      const segments = segmentsPerMinute[type];
      return segments === undefined ? [] : [[type, segments]];
    }),
  ),
});

export const providersView = (providers: Providers): ProviderView[] =>
  Object.entries(providers).flatMap(([name, provider]) =>
    provider ? [providerView(name, provider.capabilities)] : [],
  );

const checkViewSchema = z.object({
  ok: z.boolean(),
  message: z.string().meta({ description: "The result, in words for an operator" }),
});

export const verificationViewSchema = z
  .object({
    ok: z.boolean().meta({ description: "Whether every check passed" }),
    checks: z.array(checkViewSchema),
  })
  .meta({ id: "Verification" });
type VerificationView = z.output<typeof verificationViewSchema>;

export const verificationView = ({ checks }: Verification): Complete<Verification, VerificationView> => ({
  ok: checks.every(({ ok }) => ok),
  checks: checks.map(checkView),
});

type Check = Verification["checks"][number];

const checkView = ({ ok, message }: Check): Complete<Check, z.output<typeof checkViewSchema>> => ({ ok, message });
