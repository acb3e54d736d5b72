import { createHmac, timingSafeEqual } from "node:crypto";
import { unescape as percentDecode } from "node:querystring";
import type { CosmosRequest } from "./request.ts";

/**
 * Whether a request is signed with the account's master key.
 * Source: "Access control on Azure Cosmos DB Resources", REST reference.
 * @param key - the account key, in base64.
 */
export const hasValidSignature = (request: CosmosRequest, key: string): boolean => {
  const token = new URLSearchParams(percentDecode(request.headers.authorization ?? "").replaceAll("+", "%2B"));
  if (token.get("type") !== "master" || token.get("ver") !== "1.0") return false;
  const actual = Buffer.from(token.get("sig") ?? "", "base64");
  const expected = createHmac("sha256", Buffer.from(key, "base64")).update(stringToSign(request)).digest();
  return actual.length === expected.length && timingSafeEqual(actual, expected);
};

const stringToSign = ({ method, path, headers }: CosmosRequest): string => {
  // A path with an even number of segments addresses a resource, otherwise a collection of resources under its parent.
  const isResource = path.length % 2 === 0;
  const type = (isResource ? path.at(-2) : path.at(-1)) ?? "";
  const link = (isResource ? path : path.slice(0, -1)).join("/");
  return `${method.toLowerCase()}\n${type}\n${link}\n${(headers["x-ms-date"] ?? "").toLowerCase()}\n\n`;
};
