import type { HttpData, InvocationResult, TypedData } from "../invocation.ts";
import { membersOf, type TriggerMetadata, toMetadata, withMetadata } from "../trigger-metadata.ts";
import type { HostRequest, HostResponse } from "./http-messages.ts";
import { toSetCookie } from "./set-cookie.ts";

/**
 * Converts a request to the input of an HTTP function. Like the real host, it joins repeated query keys with a comma,
 * keeps headers without a value, and drops a body that has no Content-Length. Source: `GrpcMessageConversionExtensions.ToRpcHttp` of the host.
 * @param params - the values of the route parameters.
 */
export const toHttpInput = (request: HostRequest, params: Readonly<Record<string, string>>): TypedData => {
  const query = new Map<string, string>();
  for (const [key, value] of request.url.searchParams) {
    const earlier = query.get(key);
    query.set(key, earlier === undefined ? value : `${earlier},${value}`);
  }
  return {
    http: {
      method: request.method,
      url: request.url.href,
      nullableHeaders: nullable(Object.entries(request.headers)),
      nullableQuery: nullable(query),
      nullableParams: nullable(Object.entries(params)),
      ...(hasLength(request) && { body: { bytes: request.body } }),
    },
  };
};

/**
 * The metadata of an HTTP trigger, in the order in which a later value replaces an earlier one: the members of a JSON
 * body, the query without the key, and the route parameters. `Query` and `Headers` give way to values of these names.
 * The library hides it from handlers. Source: `HttpTriggerAttributeBindingProvider` of the HTTP extension.
 * @param params - the values of the route parameters.
 */
export const toHttpMetadata = (request: HostRequest, params: Readonly<Record<string, string>>): TriggerMetadata => {
  const query = Object.fromEntries(request.url.searchParams);
  const values = Object.entries(query).filter(([name]) => name.toLowerCase() !== "code");
  return [
    hasLength(request) ? membersOf(request.body.toString("utf8")) : {},
    toMetadata(Object.fromEntries(values)),
    toMetadata(params),
  ].reduce(withMetadata, toMetadata({ Query: query, Headers: request.headers }));
};

/** Whether a request has a Content-Length above 0: without it, the host passes on no body. */
const hasLength = ({ headers }: HostRequest): boolean => Number(headers["content-length"]) > 0;

/** Converts the result of an HTTP function to a response; no result becomes an empty 204. */
export const fromHttpResult = ({ returnValue }: InvocationResult): HostResponse => {
  const http = returnValue?.http;
  if (!http) return { status: 204 };
  const cookies = (http.cookies ?? []).map(toSetCookie);
  return {
    status: Number(http.statusCode),
    headers: { ...http.headers, ...(cookies.length > 0 && { "set-cookie": withCookies(http, cookies) }) },
    body: http.body?.bytes ?? http.body?.string ?? http.body?.json ?? "",
  };
};

const withCookies = (http: HttpData, cookies: string[]): string[] => {
  const own = http.headers?.["set-cookie"];
  return own === undefined ? cookies : [own, ...cookies];
};

const nullable = (entries: Iterable<readonly [string, string]>): Record<string, { value: string }> =>
  Object.fromEntries([...entries].map(([key, value]) => [key, { value }]));
