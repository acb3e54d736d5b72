import { randomUUID } from "node:crypto";

/** The error codes of RFC 6749 and OpenID Connect that the provider responds with. */
export type OAuthErrorName =
  | "access_denied"
  | "invalid_client"
  | "invalid_grant"
  | "invalid_request"
  | "invalid_scope"
  | "login_required"
  | "temporarily_unavailable"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "unsupported_response_type";

/** A request that is refused. Its code and words are those of Microsoft Entra ID, in which clients look for AADSTS. */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly error: OAuthErrorName;
  /** The number after "AADSTS". Source: "Microsoft Entra authentication and authorization error codes". */
  readonly code: number;

  constructor(error: OAuthErrorName, code: number, message: string) {
    super(message);
    this.error = error;
    this.code = code;
  }
}

/** A parameter that a request must have is missing or empty. */
export const missingParameter = (name: string): OAuthError =>
  new OAuthError("invalid_request", 900144, `The request body must contain the following parameter: '${name}'.`);

/** An error as Entra ID describes it, in the body of a response and in the query of a redirect. */
export interface ErrorDescription {
  readonly error: OAuthErrorName;
  readonly error_description: string;
  readonly error_codes: readonly number[];
  /** UTC, as in "2026-01-09 02:02:12Z". */
  readonly timestamp: string;
  readonly trace_id: string;
  readonly correlation_id: string;
}

/** @param now - milliseconds since the Unix epoch. */
export const describeError = ({ error, code, message }: OAuthError, now: number): ErrorDescription => {
  const timestamp = new Date(now).toISOString().replace("T", " ").replace(/\.\d+/, "");
  const [traceId, correlationId] = [randomUUID(), randomUUID()];
  const trace = `Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`;
  return {
    error,
    error_description: `AADSTS${code}: ${message} ${trace}`,
    error_codes: [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
  };
};
