import * as z from "zod";
import { TransientError } from "../../shared/kernel/errors.ts";

/** Answers that say something about the documents: the adapters make values of them. */
export const NOT_FOUND = 404;
export const CONFLICT = 409;
export const PRECONDITION_FAILED = 412;

/** Answers that a later call would get as well: the request itself is wrong, or not allowed. */
const FINAL = new Set([400, 401, 403, 413]);

const failureSchema = z.object({ code: z.union([z.number(), z.string()]) });

/** The status of a failed request; nothing when it got no answer. */
const statusOf = (error: unknown): number | undefined => {
  const failure = failureSchema.safeParse(error);
  return failure.success && typeof failure.data.code === "number" ? failure.data.code : undefined;
};

/**
 * Runs a request.
 * @param expected - statuses that are an answer; each becomes the value given for it.
 * @throws TransientError when Cosmos DB cannot be reached, throttles or fails; what it says of a wrong request as it is.
 */
export const request = async <T, E = never>(
  what: string,
  run: () => Promise<T>,
  expected: Readonly<Record<number, E>> = {},
): Promise<T | E> => {
  try {
    return await run();
  } catch (cause) {
    const status = statusOf(cause);
    if (status !== undefined && status in expected) return expected[status] as E;
    if (status !== undefined && FINAL.has(status)) throw cause;
    throw new TransientError(`Cosmos DB: cannot ${what} (${status ?? "no answer"})`, { cause });
  }
};
