import * as z from "zod";
import type { Stored } from "../../shared/kernel/stored.ts";
import { problem } from "./problem.ts";

/** Writes a store's version as an entity tag: the store's own may hold any character. Source: RFC 9110, 8.8.3. */
const toETag = (version: string): string => `"${Buffer.from(version).toString("base64url")}"`;

/** The headers of a change that may be made for one version only. */
export const ifMatchHeaders = z.object({
  "if-match": z
    .string()
    .regex(/^"[A-Za-z0-9_-]+"$/, "must be one ETag, as it was given")
    .transform((tag) => Buffer.from(tag.slice(1, -1), "base64url").toString())
    .optional()
    .meta({ description: "The ETag of the version to change" }),
});

/** Shows what a store found, with the ETag that a change of it may name. */
export const found = <T, V>(stored: Stored<T> | undefined, view: (value: T) => V) =>
  stored
    ? { status: 200 as const, body: view(stored.value), headers: { etag: toETag(stored.etag) } }
    : problem("not-found");
