import { createHmac } from "node:crypto";
import type { KeyedHash } from "../../shared/kernel/ids.ts";

/** HMAC-SHA256 under a key. */
export const makeKeyedHash =
  (key: Buffer): KeyedHash =>
  (text) =>
    createHmac("sha256", key).update(text).digest("hex");
