import { createHmac } from "node:crypto";

/**
 * The signature of a callback, over its raw body. Source: TeleSign, authenticate callbacks.
 * @param apiKey - base64, as TeleSign shows it.
 */
export const telesignSignature = (apiKey: string, body: string): string =>
  createHmac("sha256", Buffer.from(apiKey, "base64")).update(body, "utf8").digest("base64");
