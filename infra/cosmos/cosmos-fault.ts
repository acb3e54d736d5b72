import * as z from "zod";
import { TransientError } from "../../shared/kernel/errors.ts";
import { isIdentityFault, isNetworkFault } from "../sdk/sdk-faults.ts";

/** Statuses that depend on the document: the adapters return them as values. */
export const NOT_FOUND = 404;
export const CONFLICT = 409;
export const PRECONDITION_FAILED = 412;

/**
 * A role or a firewall rule is missing. Once an operator has added it, the same request succeeds. Until then texts are kept
 * and retried, not dead-lettered.
 */
const ACCESS_REFUSED: readonly number[] = [401, 403];

/**
 * Other statuses after which the same request may succeed: time-out, moved partition, throttled, conflicting write, and
 * failures of the service.
 * Source: "HTTP status codes for Azure Cosmos DB"; 502 and 504 come from gateways on the way.
 */
const PASSING: readonly number[] = [408, 410, 429, 449, 500, 502, 503, 504];

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
    const isAccessRefused = isAccessRefusal(cause, response?.code);
    const message = `Cosmos DB: cannot ${purpose} (${response?.code ?? "no response"})`;
    throw new TransientError(message, { cause, isAccessRefused });
  }
};

const isAccessRefusal = (error: unknown, status: number | undefined): boolean =>
  status === undefined ? isIdentityFault(error) : ACCESS_REFUSED.includes(status);

const isTransient = (error: unknown, status: number | undefined): boolean =>
  status === undefined
    ? isNetworkFault(error) || isIdentityFault(error)
    : [...ACCESS_REFUSED, ...PASSING].includes(status);
