import * as z from "zod";
import type { Stored } from "../../shared/kernel/stored.ts";
import { problem } from "./problem.ts";

/** Base64url, because a store's version may hold characters that an entity tag must not. Source: RFC 9110, 8.8.3. */
const toETag = (version: string): string => `"${Buffer.from(version).toString("base64url")}"`;

/** The header that names the version of what a response shows. */
export const etagHeader = (version: string) => ({ etag: toETag(version) });

const OUR_ETAG = /^"[A-Za-z0-9_-]+"$/;
/** Matches no version: no response of ours had such an ETag. */
const NO_VERSION = "";

/**
 * The header of a request that changes one version only. It is parsed to the version as the store knows it. What cannot be
 * an ETag of ours matches none, so it is a 412 and not invalid.
 */
export const ifMatchHeaders = z.object({
  "if-match": z
    .string()
    .transform((tag) => (OUR_ETAG.test(tag) ? Buffer.from(tag.slice(1, -1), "base64url").toString() : NO_VERSION))
    .optional()
    .meta({ description: "The ETag of the version to change; without it, the present version is changed" }),
});

/** Shows a stored value with its ETag. */
export const showStored = <T, V>({ value, etag }: Stored<T>, view: (value: T) => V) => ({
  status: 200 as const,
  body: view(value),
  headers: etagHeader(etag),
});

/** Shows what a store found, if anything. */
export const found = <T, V>(stored: Stored<T> | undefined, view: (value: T) => V) =>
  stored ? showStored(stored, view) : problem("not-found");
