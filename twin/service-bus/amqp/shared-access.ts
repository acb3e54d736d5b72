import { createHmac, timingSafeEqual } from "node:crypto";
import { BrokerError } from "../broker-error.ts";
import type { Request } from "./request.ts";

/** The published key of the official emulator, so that its sample settings work with the twin. It is no secret. */
export const SHARED_ACCESS_KEY_NAME = "RootManageSharedAccessKey";
export const SHARED_ACCESS_KEY = "SAS_KEY_VALUE";

/**
 * Verifies the token of a put-token request. Ignores its expiry, which clients compute from the system's time and not
 * from the twin's clock.
 * @returns the path that the token authorizes, in lower case and without the namespace; "" is the whole namespace.
 * @throws BrokerError `amqp:unauthorized-access` when the token is not signed with the shared access key.
 */
export const verifyToken = (request: Request): string => {
  const token = typeof request.body?.value === "string" ? request.body.value : "";
  const fields = new URLSearchParams(token.replace(/^SharedAccessSignature /, ""));
  const resource = fields.get("sr") ?? "";
  const expiry = fields.get("se") ?? "";
  const isKnownKey = fields.get("skn") === SHARED_ACCESS_KEY_NAME;
  if (!isKnownKey || !isValidSignature(fields.get("sig") ?? "", `${encodeURIComponent(resource)}\n${expiry}`)) {
    throw new BrokerError("amqp:unauthorized-access", "InvalidSignature: The token has an invalid signature.");
  }
  return pathOf(resource);
};

/** The path of an address, whose scheme depends on the client: `sb`, `amqp`, `amqps` or `https`. */
const pathOf = (resource: string): string => resource.replace(/^[a-z]+:\/\/[^/]*\/?|\/$/gi, "").toLowerCase();

const isValidSignature = (signature: string, stringToSign: string): boolean => {
  const actual = Buffer.from(signature, "base64");
  const expected = createHmac("sha256", SHARED_ACCESS_KEY).update(stringToSign).digest();
  return actual.length === expected.length && timingSafeEqual(actual, expected);
};
