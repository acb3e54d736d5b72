import { type HostRequest, queryParameter } from "./http-messages.ts";

/**
 * The host's access keys. A key that is not set is not required, as with Core Tools on a developer's machine. The master
 * key is valid everywhere.
 */
export interface AccessKeys {
  /** For HTTP functions with authLevel "function". */
  readonly functionKey?: string;
  /** For webhooks of extensions: the `code` of an Event Grid subscription. */
  readonly systemKey?: string;
  /** For HTTP functions with authLevel "admin" and for /admin. */
  readonly masterKey?: string;
}

/** Whether the request has the required key in the query parameter `code` or the header `x-functions-key`. */
export const hasKey = (request: HostRequest, required: keyof AccessKeys, keys: AccessKeys): boolean => {
  if (keys[required] === undefined) return true;
  const given = queryParameter(request.url, "code") ?? request.headers["x-functions-key"];
  return given !== undefined && (given === keys[required] || given === keys.masterKey);
};
