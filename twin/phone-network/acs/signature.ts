import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { HttpRequest } from "../../http/server.ts";

/** How far a request's date may be from now. Source: Azure Communication Services, authentication by access key. */
const DATE_TOLERANCE_MS = 5 * 60_000;

const SIGNED_HEADERS = "x-ms-date;host;x-ms-content-sha256";

/**
 * Checks the signature that a request carries: an HMAC-SHA256, made with the access key, over method, path and query,
 * date, host and the body's hash. Source: Azure Communication Services, sign an HTTP request.
 * @param accessKey - the key's bytes.
 * @param now - milliseconds since the Unix epoch.
 * @returns why the request must be refused, or undefined when it is signed as it should be.
 */
export const findSignatureFault = (request: HttpRequest, accessKey: Buffer, now: number): string | undefined => {
  const { host, authorization, "x-ms-date": date, "x-ms-content-sha256": contentHash } = request.headers;
  if (typeof date !== "string" || typeof contentHash !== "string" || !host || !authorization) {
    return "The headers Authorization, Host, x-ms-date and x-ms-content-sha256 are required.";
  }
  // Also false for a date that is none
  if (!(Math.abs(Date.parse(date) - now) <= DATE_TOLERANCE_MS)) {
    return `x-ms-date is "${date}", more than 5 minutes from ${new Date(now).toUTCString()}.`;
  }
  if (contentHash !== createHash("sha256").update(request.body).digest("base64")) {
    return "x-ms-content-sha256 is not the hash of the body.";
  }
  const signed = `${request.method}\n${request.target}\n${date};${host};${contentHash}`;
  const signature = createHmac("sha256", accessKey).update(signed).digest("base64");
  return isSame(authorization, `HMAC-SHA256 SignedHeaders=${SIGNED_HEADERS}&Signature=${signature}`)
    ? undefined
    : "The signature does not match the request.";
};

const isSame = (given: string, expected: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
};
