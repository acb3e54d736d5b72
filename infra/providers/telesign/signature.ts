import { createHmac } from "node:crypto";
import type { WebhookCall } from "../../../shared/sms/provider.ts";
import { isSameSecret } from "../../crypto/is-same-secret.ts";
import type { TelesignAccount } from "./account.ts";

/** Both headers carry the signature: the platform may consume `Authorization`. */
const HEADERS = ["x-ts-authorization", "authorization"];

/**
 * Whether a callback is signed by the account. The signature covers the raw body only. The header holds it alone or after
 * the scheme and the customer id: both forms are documented. Source: TeleSign, authenticate callbacks.
 */
export const isSigned = ({ headers, body }: WebhookCall, { customerId, apiKey }: TelesignAccount): boolean => {
  const signature = createHmac("sha256", Buffer.from(apiKey, "base64")).update(body, "utf8").digest("base64");
  const forms = [signature, `TSA ${customerId}:${signature}`];
  return HEADERS.some((name) => forms.some((form) => isSameSecret(headers[name]?.trim() ?? "", form)));
};
