import * as z from "zod";
import { isRequestFault } from "../../sdk/sdk-faults.ts";

const statusSchema = z.object({ statusCode: z.number() });

/** A request that the service did not serve. `status` is undefined when no response came. */
export interface AcsFault {
  readonly status: number | undefined;
}

/** @returns undefined when the error is a defect of the app or the SDK. */
export const acsFaultOf = (error: unknown): AcsFault | undefined =>
  isRequestFault(error) ? { status: statusSchema.safeParse(error).data?.statusCode } : undefined;
