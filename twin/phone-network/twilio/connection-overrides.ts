import * as z from "zod";
import type { WebhookResult } from "../../webhooks/call-webhook.ts";
import type { RetryPolicy } from "../webhooks.ts";

const between = (min: number, max: number, preset: number) => z.coerce.number().int().min(min).max(max).default(preset);

/**
 * How a webhook is called, as its URL's fragment says. Times are milliseconds.
 * Source: Twilio, webhooks connection overrides; that `ct` is the default of `rp` is not certain.
 */
const overridesSchema = z.strictObject({
  ct: between(100, 10_000, 5_000).describe("For the connection; on one machine it is there at once, or never."),
  rt: between(100, 15_000, 15_000).describe("For the answer to one attempt."),
  tt: between(100, 15_000, 15_000).describe("For all attempts together."),
  rc: between(0, 5, 1).describe("Attempts after the first."),
  rp: z
    .string()
    .default("ct")
    .transform((list) => list.split(","))
    .pipe(z.array(z.enum(["4xx", "5xx", "ct", "rt", "all"])))
    .describe("After what there is another attempt."),
  e: z.string().optional().describe("The edge: there is one only."),
  sni: z.enum(["y", "n"]).optional().describe("Of no effect without TLS."),
});

type RetryReason = z.output<typeof overridesSchema>["rp"][number];

const overridesIn = (url: string) => Object.fromEntries(new URLSearchParams(new URL(url).hash.slice(1)));

/** An absolute URL; what its fragment says must make sense to Twilio. */
export const webhookUrlSchema = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !URL.canParse(url) || overridesSchema.safeParse(overridesIn(url)).success, {
    error: "The fragment holds an unknown or impossible connection override.",
  });

/** What is requested and signed: the URL without its fragment, and otherwise as it was configured. */
export const requestedUrl = (url: string): string => url.split("#", 1)[0] ?? url;

/** @param url - one that passed the schema. */
export const retryPolicyOf = (url: string): RetryPolicy => {
  const { rt, tt, rc, rp } = overridesSchema.parse(overridesIn(url));
  const isRetried = (answer: WebhookResult) => rp.some((reason) => reason === "all" || reason === reasonOf(answer));
  return {
    accepts: (status) => status >= 200 && status < 300,
    timeoutMs: (elapsedMs) => Math.max(0, Math.min(rt, tt - elapsedMs)),
    // At once: how long Twilio waits between two attempts is not documented
    retryAfterMs: (attempts, answer, elapsedMs) =>
      attempts <= rc && elapsedMs < tt && isRetried(answer) ? 0 : undefined,
  };
};

const reasonOf = (answer: WebhookResult): RetryReason | undefined => {
  if (answer.kind === "ConnectError") return "ct";
  if (answer.kind !== "response") return "rt"; // also a broken connection: which of the two that is, is not certain
  if (answer.status >= 500) return "5xx";
  return answer.status >= 400 ? "4xx" : undefined;
};
