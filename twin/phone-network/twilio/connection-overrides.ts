import * as z from "zod";
import type { WebhookResult } from "../../webhooks/call-webhook.ts";
import type { RetryPolicy } from "../webhooks.ts";

const between = (min: number, max: number, preset: number) => z.coerce.number().int().min(min).max(max).default(preset);

/**
 * The connection overrides in the fragment of a webhook's URL. Times are milliseconds.
 * Source: Twilio, webhooks connection overrides. Not certain: that `ct` is the default of `rp`.
 */
const overridesSchema = z.strictObject({
  ct: between(100, 10_000, 5_000).describe("Connect timeout; of no effect on one machine."),
  rt: between(100, 15_000, 15_000).describe("Read timeout of one attempt."),
  tt: between(100, 15_000, 15_000).describe("Total time of all attempts."),
  rc: between(0, 5, 1).describe("Retries."),
  rp: z
    .string()
    .default("ct")
    .transform((list) => list.split(","))
    .pipe(z.array(z.enum(["4xx", "5xx", "ct", "rt", "all"])))
    .describe("Failures that are retried."),
  e: z.string().optional().describe("Edge; of no effect."),
  sni: z.enum(["y", "n"]).optional().describe("Of no effect without TLS."),
});

type RetryReason = z.output<typeof overridesSchema>["rp"][number];

const overridesIn = (url: string) => Object.fromEntries(new URLSearchParams(new URL(url).hash.slice(1)));

/** An absolute URL whose fragment, if there is one, has valid connection overrides. */
export const webhookUrlSchema = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !URL.canParse(url) || overridesSchema.safeParse(overridesIn(url)).success, {
    error: "The fragment has an unknown or invalid connection override.",
  });

/** The URL that is requested and signed: as configured, without its fragment. */
export const requestedUrl = (url: string): string => url.split("#", 1)[0] ?? url;

/** @param url - valid by `webhookUrlSchema`. */
export const retryPolicyOf = (url: string): RetryPolicy => {
  const { rt, tt, rc, rp } = overridesSchema.parse(overridesIn(url));
  const isRetried = (result: WebhookResult) => rp.some((reason) => reason === "all" || reason === reasonOf(result));
  return {
    accepts: (status) => status >= 200 && status < 300,
    timeoutMs: (elapsedMs) => Math.max(0, Math.min(rt, tt - elapsedMs)),
    // No delay: the delay between two attempts is not documented
    retryAfterMs: (attempts, result, elapsedMs) =>
      attempts <= rc && elapsedMs < tt && isRetried(result) ? 0 : undefined,
  };
};

const reasonOf = (result: WebhookResult): RetryReason | undefined => {
  if (result.kind === "ConnectError") return "ct";
  if (result.kind !== "response") return "rt"; // not certain for a broken connection
  if (result.status >= 500) return "5xx";
  return result.status >= 400 ? "4xx" : undefined;
};
