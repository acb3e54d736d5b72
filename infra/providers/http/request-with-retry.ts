import { TransientError } from "../../../shared/kernel/errors.ts";
import { type HttpRequest, type HttpResponse, sendRequest } from "./request.ts";

/** Attempts in all while the provider is too busy; after them the broker redelivers the message. */
const ATTEMPTS = 4;
/** Upper bound of the wait between two attempts, in seconds, whatever the provider asks for. */
const MAX_WAIT_SECONDS = 5;
const TOO_MANY_REQUESTS = 429;

/**
 * Sends a request, and sends it again after a 429: the only status that is sure to have had no effect.
 * @param wait - resolves after the given seconds.
 * @throws TransientError when the last attempt gets a 429 too, or no connection was made.
 * @throws OutcomeUnknownError as `sendRequest` does.
 */
export const requestWithRetry = async (
  request: HttpRequest,
  wait: (seconds: number) => Promise<void>,
): Promise<HttpResponse> => {
  for (let attempt = 1; ; attempt += 1) {
    const response = await sendRequest(request);
    if (response.status !== TOO_MANY_REQUESTS) return response;
    if (attempt === ATTEMPTS) throw new TransientError(`${request.purpose}: too busy`);
    await wait(Math.min(retryAfterSeconds(response.headers) ?? attempt, MAX_WAIT_SECONDS));
  }
};

/** Undefined without the header, or when it holds a date. Source: RFC 9110, 10.2.3. */
const retryAfterSeconds = (headers: Headers): number | undefined => {
  const value = headers.get("retry-after")?.trim() ?? "";
  return /^\d{1,6}$/.test(value) ? Number(value) : undefined;
};
