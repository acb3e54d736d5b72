import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Json } from "./embedded-server.ts";

/** An HTTP request with its complete body. */
export interface CosmosRequest {
  readonly method: string;
  readonly url: string;
  /** The decoded segments of the path: `["dbs", "shop", "colls", "orders", "docs", "42"]`. */
  readonly path: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export const readRequest = async (incoming: IncomingMessage): Promise<CosmosRequest> => {
  const body = await buffer(incoming);
  const { method = "", url = "/" } = incoming;
  const { pathname } = new URL(url.replace(/^\/+/, "/"), "http://127.0.0.1");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value);
  const path = pathname.split("/").filter(Boolean).map(decodeURIComponent);
  return { method, url, path, headers, body };
};

/** The values in the partition key header; empty when the request names no partition. */
export const partitionKeyOf = ({ headers }: CosmosRequest): Json[] => {
  const header = headers["x-ms-documentdb-partitionkey"];
  return header ? JSON.parse(header) : [];
};
