import { createHmac, timingSafeEqual } from "node:crypto";
import { BrokerError } from "../broker-error.ts";
import type { Request } from "./request.ts";

/** Name and value of the key that is published for the official emulator, so that any tool's sample settings fit. */
export const SHARED_ACCESS_KEY_NAME = "RootManageSharedAccessKey";
export const SHARED_ACCESS_KEY = "SAS_KEY_VALUE";

/**
 * Checks the token that a client puts before it opens links.
 * @returns the path that the token opens, in lower case, without the namespace: "" is the whole namespace.
 * @throws BrokerError `amqp:unauthorized-access` when it is not signed with the shared access key. A token's age is
 *   not held against it, as clients stamp it with the system's time and not with the twin's.
 */
export const authorizedPath = (request: Request): string => {
  const token = typeof request.body?.value === "string" ? request.body.value : "";
  const fields = new URLSearchParams(token.replace(/^SharedAccessSignature /, ""));
  const resource = fields.get("sr") ?? "";
  const expiry = fields.get("se") ?? "";
  const isOurKey = fields.get("skn") === SHARED_ACCESS_KEY_NAME;
  if (!isOurKey || !isValidSignature(fields.get("sig") ?? "", `${encodeURIComponent(resource)}\n${expiry}`)) {
    throw new BrokerError("amqp:unauthorized-access", "InvalidSignature: The token has an invalid signature.");
  }
  return resource.replace(/^sb:\/\/[^/]*\/?/i, "").toLowerCase();
};

const isValidSignature = (signature: string, signed: string): boolean => {
  const expected = createHmac("sha256", SHARED_ACCESS_KEY).update(signed).digest();
  const given = Buffer.from(signature, "base64");
  return given.length === expected.length && timingSafeEqual(given, expected);
};
