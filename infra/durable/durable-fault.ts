import * as z from "zod";
import { TransientError } from "../../shared/kernel/errors.ts";
import { isNetworkFault } from "../sdk/sdk-faults.ts";

/** A request that the Durable Functions extension did not serve. `status` is undefined when no response came. */
interface DurableFault {
  readonly status: number | undefined;
}

const errorSchema = z.object({ message: z.string(), isAxiosError: z.boolean().optional() });

/** The client reports a status in the message of a plain Error only. Source: durable-functions, DurableClient. */
const UNKNOWN_INSTANCE = /^No instance with ID|replied with HTTP 404/;
const STATUS = /unexpected status code: (\d{3})/;
const NOT_FOUND = 404;

/** @returns undefined when the error is a defect of the app or of the client. */
export const durableFaultOf = (error: unknown): DurableFault | undefined => {
  const parsed = errorSchema.safeParse(error);
  if (!parsed.success) return undefined;
  const { message, isAxiosError } = parsed.data;
  if (isAxiosError) return isNetworkFault(error) ? { status: undefined } : undefined;
  if (UNKNOWN_INSTANCE.test(message)) return { status: NOT_FOUND };
  const [, status] = STATUS.exec(message) ?? [];
  return status === undefined ? undefined : { status: Number(status) };
};

export const isUnknownInstance = (error: unknown): boolean => durableFaultOf(error)?.status === NOT_FOUND;

/**
 * Makes the error to throw for a failed request.
 * @returns a TransientError when no response came, and for a time-out, throttling and failures of the extension; else
 * the error itself.
 */
export const errorOf = (purpose: string, error: unknown): unknown => {
  const fault = durableFaultOf(error);
  if (!fault || !isTransient(fault)) return error;
  return new TransientError(`Durable Functions: cannot ${purpose}`, { cause: error });
};

const isTransient = ({ status }: DurableFault): boolean =>
  status === undefined || [408, 429].includes(status) || status >= 500;
