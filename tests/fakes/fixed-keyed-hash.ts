import { createHash } from "node:crypto";
import type { KeyedHash } from "../../shared/kernel/ids.ts";

/** A keyed hash under a fixed key. */
export const fixedKeyedHash: KeyedHash = (text) => createHash("sha256").update(`key ${text}`).digest("hex");
