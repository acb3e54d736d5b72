import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { timeSpanSchema } from "./time-span.ts";

/** The documented defaults of version 5 of the Service Bus extension. */
const DEFAULT_CALLS_PER_CORE = 16;
const DEFAULT_SESSIONS = 8;
const DEFAULT_LOCK_RENEWAL_MS = 5 * 60_000;
const DEFAULT_SESSION_IDLE_MS = 60_000;

const serviceBusSchema = z
  .strictObject({
    maxConcurrentCalls: z
      .int()
      .positive()
      .default(DEFAULT_CALLS_PER_CORE * availableParallelism()),
    maxConcurrentSessions: z.int().positive().default(DEFAULT_SESSIONS),
    sessionIdleTimeout: timeSpanSchema.default(DEFAULT_SESSION_IDLE_MS),
    maxAutoLockRenewalDuration: timeSpanSchema.default(DEFAULT_LOCK_RENEWAL_MS),
    autoCompleteMessages: z.boolean().default(true),
    /** Has no effect: the twin receives a message only when it can process it at once. */
    prefetchCount: z.int().nonnegative().default(0),
  })
  .prefault({});

/** Accepted without effect: the twin loads no bundle, samples no logs and has no function timeout. */
const withoutEffect = {
  extensionBundle: z.looseObject({ id: z.string(), version: z.string() }).optional(),
  functionTimeout: z.union([z.literal("-1"), timeSpanSchema]).optional(),
  logging: z.looseObject({}).optional(),
  telemetryMode: z.enum(["OpenTelemetry", "ApplicationInsights"]).optional(),
};

const hostJsonSchema = z.strictObject({
  version: z.literal("2.0"),
  ...withoutEffect,
  extensions: z
    .strictObject({
      http: z.strictObject({ routePrefix: z.string().default("api") }).prefault({}),
      serviceBus: serviceBusSchema,
      durableTask: z.looseObject({}).optional(),
    })
    .prefault({}),
});

/** Settings of the Service Bus triggers; durations in milliseconds. */
export type ServiceBusSettings = z.infer<typeof serviceBusSchema>;

/** host.json with defaults. */
export type HostJson = z.infer<typeof hostJsonSchema>;

/**
 * Reads host.json. Unknown members are refused, because a mistyped setting would otherwise go unnoticed until Azure.
 * @throws Error with the file and every invalid member.
 */
export const readHostJson = (appRoot: string): HostJson => {
  const file = join(appRoot, "host.json");
  const parsed = hostJsonSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!parsed.success) throw new Error(`${file} is not valid:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
};
