import * as z from "zod";

const codeSchema = z.object({ code: z.string() });

/**
 * Codes of a connection that could not be made, or that broke.
 * Sources: Node.js, common system errors; the HTTP clients of Azure's SDKs and of axios.
 */
const NETWORK_CODES: readonly string[] = [
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ERR_NETWORK",
  "ETIMEDOUT",
  "PARSE_ERROR",
  "REQUEST_SEND_ERROR",
  "TimeoutError",
];

/** Whether an SDK reports that it got no response, or only a part of one. */
export const isNetworkFault = (error: unknown): boolean => {
  const fault = codeSchema.safeParse(error);
  return fault.success && NETWORK_CODES.includes(fault.data.code);
};

/**
 * The errors of an identity that gets no token, by name. An operator can correct it.
 * Source: @azure/identity, errors.
 */
const identityFaultSchema = z.object({
  name: z.enum([
    "AggregateAuthenticationError",
    "AuthenticationError",
    "AuthenticationRequiredError",
    "CredentialUnavailableError",
  ]),
});

export const isIdentityFault = (error: unknown): boolean => identityFaultSchema.safeParse(error).success;

/**
 * Names of the errors by which an SDK reports that the service or the network is at fault.
 * Sources: @azure/core-rest-pipeline (RestError), @azure/abort-controller.
 */
const requestFaultSchema = z.object({ name: z.enum(["RestError", "AbortError", "TimeoutError"]) });

const statusSchema = z.object({ statusCode: z.number() });

/** A request that the service did not serve. `status` is undefined when no response came. */
export interface RequestFault {
  readonly status: number | undefined;
}

/**
 * Reads the error of an SDK over HTTP: a request was not served, or its identity gets no token.
 * @returns undefined when the error is a defect of the app or the SDK.
 */
export const requestFaultOf = (error: unknown): RequestFault | undefined =>
  requestFaultSchema.safeParse(error).success || isIdentityFault(error)
    ? { status: statusSchema.safeParse(error).data?.statusCode }
    : undefined;

/** `fetch` reports a network fault by a TypeError whose cause has the code. Source: undici, lib/web/fetch. */
const fetchFaultSchema = z.object({ message: z.literal("fetch failed"), cause: codeSchema });

/** Codes of undici for a wrong argument, which come with the same message. */
const ARGUMENT_CODES: readonly string[] = ["UND_ERR_INVALID_ARG", "UND_ERR_NOT_SUPPORTED"];

/** Whether `fetch` got no response. */
export const isFetchFault = (error: unknown): boolean => {
  const fault = fetchFaultSchema.safeParse(error);
  return fault.success && !ARGUMENT_CODES.includes(fault.data.cause.code);
};
