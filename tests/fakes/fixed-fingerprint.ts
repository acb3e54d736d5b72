import { createHash } from "node:crypto";
import type { Fingerprint } from "../../shared/kernel/ids.ts";

/** Stands for a keyed hash where the key does not matter. */
export const fixedFingerprint: Fingerprint = (text) => createHash("sha256").update(`key ${text}`).digest("hex");
