import { createHash, createHmac } from "node:crypto";
import type { WebhookCall } from "../../../shared/sms/provider.ts";
import { isSameSecret } from "../../crypto/is-same-secret.ts";

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: "80", https: "443" };

/** Whether a call is signed with one of the tokens. Source: Twilio, webhooks security; twilio-node, webhooks.js. */
export const isSigned = ({ url, headers, body }: WebhookCall, authTokens: readonly string[]): boolean => {
  const given = headers["x-twilio-signature"];
  if (given === undefined) return false;
  const hash = new URLSearchParams(queryOf(url)).get("bodySHA256");
  // When the body is not a form, the signed URL holds its hash.
  if (hash !== null && !isSameSecret(hash.toLowerCase(), createHash("sha256").update(body, "utf8").digest("hex"))) {
    return false;
  }
  const fields = hash === null ? signedFields(body) : "";
  return formsOf(url).some((form) => authTokens.some((token) => isSameSecret(given, signature(token, form + fields))));
};

/** @returns the query string, unchanged. */
export const queryOf = (url: string): string => /\?([^#]*)/.exec(url)?.[1] ?? "";

const signature = (token: string, signed: string): string =>
  createHmac("sha1", token).update(signed, "utf8").digest("base64");

/** The form as it is signed: sorted by name, then by value, each pair once. */
const signedFields = (body: string): string => {
  const fields = new URLSearchParams(body);
  const names = [...new Set(fields.keys())].sort();
  return names.flatMap((name) => [...new Set(fields.getAll(name))].sort().map((value) => `${name}${value}`)).join("");
};

/** @returns the URL with and without its default port: Twilio has signed both. */
const formsOf = (url: string): readonly string[] => {
  const [, scheme = "", authority = "", rest = ""] = /^(https?):\/\/([^/?#]*)(.*)$/s.exec(url) ?? [];
  const port = DEFAULT_PORTS[scheme];
  if (port === undefined) return [url];
  if (authority.endsWith(`:${port}`)) return [url, `${scheme}://${authority.slice(0, -port.length - 1)}${rest}`];
  return /:\d+$/.test(authority) ? [url] : [url, `${scheme}://${authority}:${port}${rest}`];
};
