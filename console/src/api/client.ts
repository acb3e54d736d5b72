import createClient, { type Client } from "openapi-fetch";
import { ApiProblem, Unreachable } from "./problem.ts";
import type { paths } from "./schema.d.ts";
import type { Problem } from "./types.ts";

export type ApiClient = Client<paths>;

/** The access tokens of the person who is signed in. */
export interface Tokens {
  /** Waits until a person is signed in. @param signal - ends the wait. */
  current(signal: AbortSignal): Promise<string>;
  /** The API refused the token. */
  refused(token: string): void;
}

export interface ApiOptions {
  readonly tokens: Tokens;
  /** Called with the time of the server at each response. */
  readonly onServerTime: (time: number) => void;
}

/**
 * Makes the client of the API. A request whose token is refused waits until the person has signed in again, and is then
 * repeated with the same headers, so with the same idempotency key.
 */
export const makeApiClient = (options: ApiOptions): ApiClient =>
  createClient<paths>({
    baseUrl: new URL("/api", location.origin).href,
    fetch: (request) => fetchWithToken(request, options),
  });

const fetchWithToken = async (request: Request, { tokens, onServerTime }: ApiOptions): Promise<Response> => {
  for (;;) {
    const token = await tokens.current(request.signal);
    const attempt = request.clone();
    attempt.headers.set("authorization", `Bearer ${token}`);
    const response = await fetch(attempt).catch((cause: unknown) => {
      request.signal.throwIfAborted();
      throw new Unreachable("The app cannot be reached.", { cause });
    });
    const date = response.headers.get("date");
    if (date !== null) onServerTime(Date.parse(date));
    if (response.status !== 401) return response;
    tokens.refused(token);
  }
};

interface Result<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * Takes the body out of a response.
 * @throws ApiProblem when the API refused the request.
 * @throws Unreachable when the app cannot be reached.
 */
export const bodyOf = async <T>(request: Promise<Result<T>>): Promise<T> => {
  const { data, error, response } = await request.catch(unreachableWithoutBody);
  if (response.ok) return data as T;
  throw new ApiProblem(isProblem(error) ? error : unknownProblem(response));
};

/** A body that breaks off, or is the page of a proxy, is none of the app. */
const unreachableWithoutBody = (cause: unknown): never => {
  if (!(cause instanceof TypeError) && !(cause instanceof SyntaxError)) throw cause;
  throw new Unreachable("The response cannot be read.", { cause });
};

const isProblem = (error: unknown): error is Problem =>
  typeof error === "object" && error !== null && "type" in error && "status" in error;

/** A response that is none of the app, such as that of a gateway in front of it. */
const unknownProblem = ({ status, statusText }: Response): Problem => ({
  type: "about:blank",
  title: statusText || `Status ${status}`,
  status,
  correlationId: "",
});
