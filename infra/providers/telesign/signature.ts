import { createHmac } from "node:crypto";
import { isSameSecret } from "../../crypto/is-same-secret.ts";
import type { TelesignAccount } from "./account.ts";

/** The two headers that bring the signature: the platform may keep the first one for itself. */
const HEADERS = ["x-ts-authorization", "authorization"];

/**
 * Whether a callback was signed by the account. The signature is of the raw body alone, and stands behind the name of
 * the scheme and the customer's id, or by itself: both forms are documented. Source: TeleSign, authenticate callbacks.
 */
export const isSigned = (
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  { customerId, apiKey }: TelesignAccount,
): boolean => {
  const signature = createHmac("sha256", Buffer.from(apiKey, "base64")).update(body, "utf8").digest("base64");
  const forms = [signature, `TSA ${customerId}:${signature}`];
  return HEADERS.some((name) => forms.some((form) => isSameSecret(headers[name]?.trim() ?? "", form)));
};
