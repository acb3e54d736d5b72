import type { InvocationContext, ServiceBusQueueHandler } from "@azure/functions";
import * as z from "zod";
import { backoffSeconds } from "../../shared/kernel/backoff.ts";
import { describeError } from "../../shared/kernel/errors.ts";
import { addSeconds, type Instant, secondsBetween, toInstant } from "../../shared/kernel/instant.ts";
import type { Ports } from "../../shared/kernel/ports.ts";
import { isRetryable } from "./errors.ts";
import { traceParentOf } from "./trace.ts";

/**
 * Handles a message of a queue.
 * @returns until when the message is to be postponed; undefined when it is handled.
 */
export type QueueHandler = (body: unknown, context: InvocationContext) => Promise<Instant | undefined>;

/** A copy of a message, for the queue that the message came from. */
export interface MessageCopy {
  readonly body: object;
  readonly messageId?: string;
  readonly sessionId?: string;
  /** Seconds until the broker delivers it. */
  readonly afterSeconds: number;
  readonly traceParent: string | undefined;
  readonly properties?: Readonly<Record<string, string>>;
}

interface PostponeOptions extends Pick<Ports, "now"> {
  /** Resolves after the given seconds. */
  readonly wait: (seconds: number) => Promise<void>;
  /** How long a message is retried, in seconds. After that its error escapes, and the broker dead-letters it. */
  readonly retrySeconds: number;
  /** @throws TransientError when the broker is unavailable. */
  readonly send: (copy: MessageCopy) => Promise<void>;
}

/**
 * Postpones a message that its handler cannot process yet, by a copy that the broker delivers later. A handler that waited
 * would hold a place, and texts behind it would wait too; the broker itself redelivers at once.
 */
export const withPostponement =
  (handler: QueueHandler, options: PostponeOptions): ServiceBusQueueHandler =>
  async (body, context) => {
    const postponement = await postponementOf(handler(body, context), options, context);
    if (postponement) await sendCopy(options, { body, context, ...postponement });
  };

interface Postponement {
  readonly until: Instant;
  /** Since when the message is retried; undefined when its handler postponed it. */
  readonly retryingSince?: Instant;
}

const postponementOf = async (
  handled: ReturnType<QueueHandler>,
  options: PostponeOptions,
  context: InvocationContext,
): Promise<Postponement | undefined> => {
  try {
    const until = await handled;
    return until && { until };
  } catch (error) {
    const retry = isRetryable(error) ? nextRetry(options, context) : undefined;
    if (!retry) throw error;
    context.warn(`${context.functionName} postponed until ${retry.until}: ${describeError(error)}`);
    return retry;
  }
};

/** The property of a copy that says since when its message is retried, in milliseconds since the Unix epoch. */
const RETRYING_SINCE = "retryingSince";

const propertiesSchema = z.object({
  [RETRYING_SINCE]: z
    .string()
    .regex(/^\d{13}$/)
    .transform((ms) => toInstant(new Date(Number(ms))))
    .optional(),
});

const messageSchema = z.object({
  /** Absent when the sender set none: only queues with duplicate detection need it. */
  messageId: z.string().nullish(),
  sessionId: z.string().nullish(),
  applicationProperties: propertiesSchema.catch({}),
});

const nextRetry = (
  { now, retrySeconds }: PostponeOptions,
  { triggerMetadata }: InvocationContext,
): Postponement | undefined => {
  const at = now();
  const { retryingSince = at } = messageSchema.parse(triggerMetadata).applicationProperties;
  if (secondsBetween(retryingSince, at) >= retrySeconds) return undefined;
  return { until: addSeconds(at, backoffSeconds(retryingSince, at)), retryingSince };
};

interface Copy extends Postponement {
  readonly body: unknown;
  readonly context: InvocationContext;
}

/** The end of the message id of a copy. */
const COPY_SUFFIX = /@[^@]*Z$/;
/** The delay before the broker redelivers a message whose copy it refuses. Ten deliveries last nine minutes. */
const NO_COPY_SECONDS = 60;

const sendCopy = async (
  { send, now, wait }: PostponeOptions,
  { body, context, until, retryingSince }: Copy,
): Promise<void> => {
  const { messageId, sessionId } = messageSchema.parse(context.triggerMetadata);
  try {
    await send({
      body: z.looseObject({}).parse(body),
      // Duplicate detection would drop a copy with the id of its original.
      ...(typeof messageId === "string" && { messageId: `${messageId.replace(COPY_SUFFIX, "")}@${until}` }),
      ...(typeof sessionId === "string" && { sessionId }),
      afterSeconds: secondsBetween(now(), until),
      traceParent: traceParentOf(context),
      ...(retryingSince && { properties: { [RETRYING_SINCE]: String(Date.parse(retryingSince)) } }),
    });
  } catch (error) {
    await wait(NO_COPY_SECONDS);
    throw error;
  }
};
