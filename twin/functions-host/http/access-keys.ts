import { type HostRequest, queryParameter } from "./http-messages.ts";

/**
 * The keys that open the host's doors. A key that is not set is not asked for, as with the real tools on a
 * developer's machine; the master key opens every door.
 */
export interface AccessKeys {
  /** For HTTP functions with authLevel "function". */
  readonly functionKey?: string;
  /** For webhooks of extensions: the `code` of an Event Grid subscription. */
  readonly systemKey?: string;
  /** For HTTP functions with authLevel "admin" and for /admin. */
  readonly masterKey?: string;
}

/** Whether the request carries the key that is asked for, as query parameter `code` or header `x-functions-key`. */
export const hasKey = (request: HostRequest, required: keyof AccessKeys, keys: AccessKeys): boolean => {
  if (keys[required] === undefined) return true;
  const given = queryParameter(request.url, "code") ?? request.headers["x-functions-key"];
  return given !== undefined && (given === keys[required] || given === keys.masterKey);
};
