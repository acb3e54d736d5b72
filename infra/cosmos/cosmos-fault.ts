import * as z from "zod";
import { TransientError } from "../../shared/kernel/errors.ts";
import { isIdentityFault, isNetworkFault } from "../sdk/sdk-faults.ts";

/** Statuses that depend on the document: the adapters return them as values. */
export const NOT_FOUND = 404;
export const CONFLICT = 409;
export const PRECONDITION_FAILED = 412;

/**
 * Statuses after which the same request may succeed.
 * Source: "HTTP status codes for Azure Cosmos DB": 408 time-out, 410 moved partition, 429 throttled, 449 conflicting write.
 *
 * 401 and 403 are among them on purpose: a role or a firewall rule is missing, and once an operator has added it, the
 * same request succeeds. Until then texts are kept and retried, not dead-lettered.
 */
const isTransientStatus = (status: number): boolean => [401, 403, 408, 410, 429, 449].includes(status) || status >= 500;

/** A replica that has not yet received the session's own writes: not a statement about the document. */
const READ_SESSION_NOT_AVAILABLE = 1002;

const responseSchema = z.object({ code: z.number(), substatus: z.number().optional() });

interface CosmosRequest<E> {
  /** Completes "cannot ...", for the error's message. */
  readonly purpose: string;
  /** Statuses that are results, with the value that each becomes. */
  readonly expected?: Readonly<Record<number, E>>;
}

/**
 * Runs a request to Cosmos DB.
 * @throws TransientError when Cosmos DB is unreachable, throttles, fails or refuses the app's identity. Any other error
 * is thrown as it is.
 */
export const request = async <T, E = never>(
  { purpose, expected = {} }: CosmosRequest<E>,
  run: () => Promise<T>,
): Promise<T | E> => {
  try {
    return await run();
  } catch (cause) {
    const response = responseSchema.safeParse(cause).data;
    const isStale = response?.code === NOT_FOUND && response.substatus === READ_SESSION_NOT_AVAILABLE;
    if (response && response.code in expected && !isStale) return expected[response.code] as E;
    if (!isStale && !isTransient(cause, response?.code)) throw cause;
    throw new TransientError(`Cosmos DB: cannot ${purpose} (${response?.code ?? "no response"})`, { cause });
  }
};

const isTransient = (error: unknown, status: number | undefined): boolean =>
  status === undefined ? isNetworkFault(error) || isIdentityFault(error) : isTransientStatus(status);
