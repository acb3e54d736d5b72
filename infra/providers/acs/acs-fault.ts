import * as z from "zod";

/**
 * Names of the errors by which the SDK reports that the service, the network or the identity is at fault.
 * Sources: @azure/core-rest-pipeline (RestError), @azure/abort-controller, @azure/identity (errors).
 */
const faultSchema = z.object({
  name: z.enum([
    "RestError",
    "AbortError",
    "TimeoutError",
    "AuthenticationError",
    "AggregateAuthenticationError",
    "AuthenticationRequiredError",
    "CredentialUnavailableError",
  ]),
  statusCode: z.number().optional(),
});

/** A request that the service did not serve. `status` is undefined when no response came. */
export interface AcsFault {
  readonly status: number | undefined;
}

/** @returns undefined when the error is a defect of the app or the SDK. */
export const acsFaultOf = (error: unknown): AcsFault | undefined => {
  const fault = faultSchema.safeParse(error);
  return fault.success ? { status: fault.data.statusCode } : undefined;
};
