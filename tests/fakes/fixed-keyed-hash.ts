import { createHash } from "node:crypto";
import type { KeyedHash } from "../../shared/kernel/ids.ts";

/** Stands for a keyed hash where the key does not matter. */
export const fixedKeyedHash: KeyedHash = (text) => createHash("sha256").update(`key ${text}`).digest("hex");
