import { createHash } from "node:crypto";
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

/** The header of a request for a response that the client may have already. */
export const ifNoneMatchHeaders = z.object({
  "if-none-match": z.string().optional().meta({
    description: "The ETags of the responses that the client has: if it has the present one, the status is 304",
  }),
});

/**
 * The ETag of a response that shows several documents: a hash of the body. It is weak, because it is no version that a
 * client could change. Source: RFC 9110, 8.8.1 and 13.1.1.
 */
export const weakETagOf = (body: string): string => `W/"${createHash("sha256").update(body).digest("base64url")}"`;

/** Whether an If-None-Match names the ETag. Source: RFC 9110, 13.1.2, which compares ETags whether weak or strong. */
export const isNamedIn = (ifNoneMatch: string, etag: string): boolean =>
  ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((named) => opaqueTagOf(named) === opaqueTagOf(etag));

const opaqueTagOf = (etag: string): string => etag.trim().replace(/^W\//, "");

/** Shows a stored value with its ETag. */
export const showStored = <T, V>({ value, etag }: Stored<T>, view: (value: T) => V) => ({
  status: 200 as const,
  body: view(value),
  headers: etagHeader(etag),
});

/** Shows what a store found, if anything. */
export const found = <T, V>(stored: Stored<T> | undefined, view: (value: T) => V) =>
  stored ? showStored(stored, view) : problem("not-found");
