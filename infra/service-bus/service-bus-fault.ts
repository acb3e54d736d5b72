import * as z from "zod";
import { isIdentityFault, isNetworkFault } from "../sdk/sdk-faults.ts";

const ACCESS_REFUSED = "UnauthorizedAccess";

/**
 * Codes of faults that pass, or that an operator can correct, although the SDK does not retry them.
 *
 * `UnauthorizedAccess` is among them on purpose: a role is missing, and once an operator has assigned it, the same
 * message is accepted. Until then its sender retries. `QuotaExceeded` passes when messages are completed.
 */
const TRANSIENT_CODES: readonly string[] = ["QuotaExceeded", "ServiceCommunicationProblem", ACCESS_REFUSED];

/** Sources: @azure/service-bus, ServiceBusError; @azure/core-amqp, MessagingError. `syscall`: of a network fault. */
const faultSchema = z.object({
  name: z.enum(["MessagingError", "ServiceBusError"]),
  code: z.string().optional(),
  retryable: z.boolean().optional(),
  syscall: z.string().optional(),
});

/** Whether the broker or the way to it is at fault, and not the app. */
export const isServiceBusFault = (error: unknown): boolean =>
  // The SDK aggregates the errors of its own attempts.
  error instanceof AggregateError
    ? error.errors.every(isServiceBusFault)
    : faultSchema.safeParse(error).success || isNetworkFault(error) || isIdentityFault(error);

/** Whether the same message may be accepted later. */
export const isTransientServiceBusFault = (error: unknown): boolean => {
  if (error instanceof AggregateError) return error.errors.every(isTransientServiceBusFault);
  const fault = faultSchema.safeParse(error);
  if (!fault.success) return isNetworkFault(error) || isIdentityFault(error);
  const { code, retryable, syscall } = fault.data;
  return retryable === true || syscall !== undefined || TRANSIENT_CODES.includes(code ?? "");
};

/** Whether the broker refuses the app's identity, or the identity gets no token. */
export const isServiceBusAccessRefusal = (error: unknown): boolean => {
  if (error instanceof AggregateError) return error.errors.some(isServiceBusAccessRefusal);
  return faultSchema.safeParse(error).data?.code === ACCESS_REFUSED || isIdentityFault(error);
};
