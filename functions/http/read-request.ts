import type { HttpRequest } from "@azure/functions";
import { lengthRequired, type Problem, problem } from "./problem.ts";
import { readText } from "./read-text.ts";
import { type BodyFormat, CONTENT_TYPES, type RawRequest, type Route } from "./route.ts";

/** The largest body of each format, in bytes. */
export const MAX_BYTES: Readonly<Record<BodyFormat, number>> = { json: 64 * 1024, csv: 5 * 1024 * 1024 };

/** Reads what a route needs of a request. */
export const readRequest = async (
  { accepts = "json", request: shape }: Route,
  request: HttpRequest,
): Promise<RawRequest | Problem<"too-large" | "length-required" | "malformed-body" | "unsupported-media-type">> => {
  const { params } = request;
  const query = Object.fromEntries(request.query);
  const headers = Object.fromEntries(request.headers);
  if (!shape.body) return { params, query, headers, body: undefined };
  if (!isOfType(headers["content-type"], CONTENT_TYPES[accepts])) {
    return problem("unsupported-media-type", { detail: `Send ${CONTENT_TYPES[accepts]} as Content-Type.` });
  }
  const maxBytes = MAX_BYTES[accepts];
  const read = await readText(request, maxBytes);
  if (read.kind === "too-large") return problem("too-large", { detail: `The limit is ${maxBytes} bytes.` });
  if (read.kind === "dropped") return lengthRequired();
  if (read.kind === "not-utf-8") return problem("malformed-body", { detail: "It is not UTF-8." });
  // Some editors and spreadsheets write a byte order mark, which is not part of the content.
  const text = read.text.replace(/^\uFEFF/, "");
  const body = accepts === "csv" ? { value: text } : parseJson(text);
  return "problem" in body ? body : { params, query, headers, body: body.value };
};

/** A body without a type is taken for what the route expects. Parameters, such as the charset, are ignored. */
const isOfType = (header: string | undefined, expected: string): boolean =>
  header === undefined || header.split(";", 1)[0]?.trim().toLowerCase() === expected;

const parseJson = (text: string): { readonly value: unknown } | Problem<"malformed-body"> => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return problem("malformed-body", { detail: "It is not JSON." });
  }
};
