import * as z from "zod";
import { isIdentityFault } from "../../sdk/sdk-faults.ts";

/**
 * Names of the errors by which the SDK reports that the service or the network is at fault.
 * Sources: @azure/core-rest-pipeline (RestError), @azure/abort-controller.
 */
const requestFaultSchema = z.object({ name: z.enum(["RestError", "AbortError", "TimeoutError"]) });

const statusSchema = z.object({ statusCode: z.number() });

/** A request that the service did not serve. `status` is undefined when no response came. */
export interface AcsFault {
  readonly status: number | undefined;
}

/** @returns undefined when the error is a defect of the app or the SDK. */
export const acsFaultOf = (error: unknown): AcsFault | undefined =>
  requestFaultSchema.safeParse(error).success || isIdentityFault(error)
    ? { status: statusSchema.safeParse(error).data?.statusCode }
    : undefined;
