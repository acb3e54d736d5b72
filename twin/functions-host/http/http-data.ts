import type { HttpData, InvocationResult, TypedData } from "../invocation.ts";
import type { HostRequest, HostResponse } from "./http-messages.ts";
import { toSetCookie } from "./set-cookie.ts";

/**
 * Converts a request to the input of an HTTP function. Like the real host, it joins repeated query keys with a comma, and
 * keeps headers without a value. Source: azure-functions-host, GrpcMessageConversionExtensions.ToRpcHttp.
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
      ...(request.body.length > 0 && { body: { bytes: request.body } }),
    },
  };
};

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
