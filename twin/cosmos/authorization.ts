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
  const given = Buffer.from(token.get("sig") ?? "", "base64");
  const wanted = createHmac("sha256", Buffer.from(key, "base64")).update(textToSign(request)).digest();
  return given.length === wanted.length && timingSafeEqual(given, wanted);
};

const textToSign = ({ method, path, headers }: CosmosRequest): string => {
  // A path of even length names one resource, one of odd length a collection of them under its parent.
  const ofOne = path.length % 2 === 0;
  const type = (ofOne ? path.at(-2) : path.at(-1)) ?? "";
  const resource = (ofOne ? path : path.slice(0, -1)).join("/");
  return `${method.toLowerCase()}\n${type}\n${resource}\n${(headers["x-ms-date"] ?? "").toLowerCase()}\n\n`;
};
