import { TransientError } from "../../../shared/kernel/errors.ts";
import { type HttpRequest, type HttpResponse, sendRequest } from "./request.ts";

/** Attempts in all while the provider is busy; past them the message is delivered to us again. */
const ATTEMPTS = 4;
/** The longest wait between two attempts, in seconds, whatever the provider asks for. */
const LONGEST_WAIT_SECONDS = 5;
const TOO_MANY_REQUESTS = 429;

/**
 * Asks, and asks again when the provider is too busy to take the request: only then is it sure that nothing was done.
 * @param wait - waits so many seconds.
 * @throws TransientError when it stays busy, or there is no connection.
 * @throws OutcomeUnknownError as `ask` does.
 */
export const requestWithRetry = async (
  question: HttpRequest,
  wait: (seconds: number) => Promise<void>,
): Promise<HttpResponse> => {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await sendRequest(question);
    if (answer.status !== TOO_MANY_REQUESTS) return answer;
    if (attempt === ATTEMPTS) throw new TransientError(`${question.purpose}: too busy`);
    await wait(Math.min(retryAfterSeconds(answer.headers) ?? attempt, LONGEST_WAIT_SECONDS));
  }
};

/** What the provider asks for in seconds; a date, the other form, is taken for nothing. Source: RFC 9110, 10.2.3. */
const retryAfterSeconds = (headers: Headers): number | undefined => {
  const value = headers.get("retry-after")?.trim() ?? "";
  return /^\d{1,6}$/.test(value) ? Number(value) : undefined;
};
