import type { IncomingMessage } from "node:http";
import type { Json } from "./embedded-server.ts";

/** A request read to its end. */
export interface CosmosRequest {
  readonly method: string;
  readonly url: string;
  /** The decoded parts of the path: `["dbs", "hilo", "colls", "contacts", "docs", "42"]`. */
  readonly path: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Reads a request to its end. */
export const readRequest = async (incoming: IncomingMessage): Promise<CosmosRequest> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method = "", url = "/" } = incoming;
  const { pathname } = new URL(url.replace(/^\/+/, "/"), "http://127.0.0.1");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value);
  const path = pathname.split("/").filter(Boolean).map(decodeURIComponent);
  return { method, url, path, headers, body: Buffer.concat(chunks) };
};

/** The components of the partition key header; empty when the request names no partition. */
export const partitionKeyOf = ({ headers }: CosmosRequest): Json[] => {
  const header = headers["x-ms-documentdb-partitionkey"];
  return header ? JSON.parse(header) : [];
};
