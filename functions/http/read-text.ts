import type { HttpRequest } from "@azure/functions";

/** The body of a request as text; or why it cannot be read. */
export type BodyText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "too-large" }
  /** The request had a body without a length, which the Functions host drops. */
  | { readonly kind: "dropped" }
  | { readonly kind: "not-utf-8" };

/** Reads a body to its end, and no further than `maxBytes`. */
export const readText = async (request: HttpRequest, maxBytes: number): Promise<BodyText> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) return { kind: "too-large" };
    chunks.push(chunk);
  }
  if (length === 0 && request.headers.has("transfer-encoding")) return { kind: "dropped" };
  try {
    // A byte order mark is a part of the body, which may be signed.
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { kind: "text", text: decoder.decode(Buffer.concat(chunks)) };
  } catch {
    return { kind: "not-utf-8" };
  }
};
