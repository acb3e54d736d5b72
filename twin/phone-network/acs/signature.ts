import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** Largest difference between a request's date and now. Source: Azure Communication Services, access key authentication. */
const DATE_TOLERANCE_MS = 5 * 60_000;

const SIGNED_HEADERS = "x-ms-date;host;x-ms-content-sha256";

export interface SignedRequest {
  readonly method: string;
  /** Path and query, exactly as received. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: string;
}

/**
 * Checks the signature of a request: an HMAC-SHA256, made with the access key, over method, path and query, date, host
 * and the hash of the body. Source: Azure Communication Services, sign an HTTP request.
 * @param accessKey - the bytes of the key.
 * @param now - milliseconds since the Unix epoch.
 * @returns the reason to refuse the request; undefined when its signature is valid.
 */
export const findSignatureProblem = (request: SignedRequest, accessKey: Buffer, now: number): string | undefined => {
  const [host, authorization, date, contentHash] = ["host", "authorization", "x-ms-date", "x-ms-content-sha256"].map(
    (name) => request.headers.get(name),
  );
  if (!host || !authorization || !date || !contentHash) {
    return "The headers Authorization, Host, x-ms-date and x-ms-content-sha256 are required.";
  }
  // Negated, because a comparison with an invalid date is always false
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
