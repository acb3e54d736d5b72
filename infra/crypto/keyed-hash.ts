import { createHmac } from "node:crypto";
import type { Fingerprint } from "../../shared/kernel/ids.ts";

/** HMAC-SHA256 under a key. */
export const makeFingerprint =
  (key: Buffer): Fingerprint =>
  (text) =>
    createHmac("sha256", key).update(text).digest("hex");
