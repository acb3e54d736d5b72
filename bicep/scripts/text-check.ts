import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { HOP_PREFIX } from "../../functions/invocation/hop-log.ts";
import type { Az } from "./az.ts";
import { UsageError } from "./command.ts";
import type { Prompt } from "./prompt.ts";
import { rest } from "./rest.ts";
import type { RetryOptions } from "./retry.ts";

/** The log arrives in Application Insights after one to five minutes. */
const LOG_RETRIES: RetryOptions = { attempts: 40, delayMs: 15_000 };
/** Azure's clock may be behind this one, in milliseconds. */
const CLOCK_SKEW_MS = 30_000;

const INSIGHTS = "https://api.applicationinsights.io";

const hopSchema = z.looseObject({
  step: z.string(),
  outcome: z.string(),
  durationMs: z.number(),
  traceId: z.string().optional(),
  conversationId: z.string().optional(),
});

/** One step of a text's way, and when it was logged. */
type LoggedHop = z.infer<typeof hopSchema> & { readonly at: string };

const tableSchema = z.object({
  tables: z.tuple([z.object({ rows: z.array(z.tuple([z.string(), z.string()])) })]).rest(z.unknown()),
});

/** The steps at which a text enters the app. */
const ARRIVALS = ["sms-received", "provider-webhook"];
/** The steps at which its way through routing ends. */
const ENDS = ["dispatch"];

export interface TextCheck {
  /** The application id of Application Insights. */
  readonly insightsAppId: string;
  readonly retries?: RetryOptions;
}

/**
 * Asks a person to text a number of the environment, and reports the arrival of the text and its way through the app.
 * @returns whether a text was tried.
 * @throws UsageError when none arrives.
 */
export const tryText = async (
  az: Az,
  prompt: Prompt,
  { insightsAppId, retries = LOG_RETRIES }: TextCheck,
): Promise<boolean> => {
  const since = new Date(Date.now() - CLOCK_SKEW_MS);
  const answer = await prompt.ask(`Text any word to a number of this environment, then press Enter (or type "skip"): `);
  if (answer === undefined || /^s(kip)?$/i.test(answer)) return false;
  console.log("Waiting for its lines in the log, which takes one to five minutes ...");
  const hops = await awaitHops(az, since, { insightsAppId, retries });
  console.log(reportOf(hops));
  return true;
};

const awaitHops = async (
  az: Az,
  since: Date,
  { insightsAppId, retries: { attempts, delayMs } }: Required<TextCheck>,
): Promise<readonly LoggedHop[]> => {
  let seen: readonly LoggedHop[] = [];
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await sleep(delayMs);
    const found = ofFirstText(await queryHops(az, insightsAppId, since));
    if (isComplete(found)) return found;
    seen = found;
  }
  if (seen.length > 0) return seen;
  throw new UsageError(`No text arrived within ${Math.round((attempts * delayMs) / 60_000)} minutes.
See "A text does not arrive" in docs/runbook.md.`);
};

/** The steps since a moment, oldest first. */
const queryHops = async (az: Az, insightsAppId: string, since: Date): Promise<readonly LoggedHop[]> => {
  const query = `traces
| where timestamp > datetime(${since.toISOString()}) and message startswith "${HOP_PREFIX}"
| order by timestamp asc
| take 500
| project tostring(timestamp), message`;
  const answer = await rest(az, {
    method: "post",
    url: `${INSIGHTS}/v1/apps/${insightsAppId}/query`,
    resource: INSIGHTS,
    headers: ["Content-Type=application/json"],
    body: { query },
  });
  const [{ rows }] = tableSchema.parse(answer).tables;
  return rows.map(([at, message]) => ({ ...hopSchema.parse(JSON.parse(message.slice(HOP_PREFIX.length))), at }));
};

/** The steps of the first text among them: those of its trace. */
const ofFirstText = (hops: readonly LoggedHop[]): readonly LoggedHop[] => {
  const arrival = hops.find(({ step }) => ARRIVALS.includes(step));
  return arrival ? hops.filter(({ traceId }) => traceId === arrival.traceId) : [];
};

const isComplete = (hops: readonly LoggedHop[]): boolean =>
  hops.some(({ step, outcome }) => ENDS.includes(step) || outcome.startsWith("quarantined"));

const reportOf = (hops: readonly LoggedHop[]): string => {
  const quarantined = hops.find(({ outcome }) => outcome.startsWith("quarantined"));
  const conversationId = hops.find((hop) => hop.conversationId !== undefined)?.conversationId;
  return [
    "The text arrived:",
    ...hops.map(({ at, step, outcome, durationMs }) => `  ${at}  ${step.padEnd(20)}${outcome} (${durationMs} ms)`),
    ...(conversationId === undefined ? [] : [`Its conversation is ${conversationId}.`]),
    `Its trace is ${hops[0]?.traceId ?? "not known"}: see "Follow a text" in docs/runbook.md.`,
    ...(quarantined ? ['It is in quarantine: see "Replay quarantined events" in docs/runbook.md.'] : []),
  ].join("\n");
};
