import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../http/server.ts";
import { findSignatureFault } from "./signature.ts";

const KEY = Buffer.from("the access key");
const DATE = "Mon, 01 Jun 2026 12:00:00 GMT";
const NOW = Date.parse(DATE);
const MINUTE = 60_000;

const signedRequest = (date = DATE): HttpRequest => {
  const target = "/sms?api-version=2021-03-07";
  const body = '{"message":"Grüße"}';
  const hash = createHash("sha256").update(body).digest("base64");
  const signature = createHmac("sha256", KEY)
    .update(`POST\n${target}\n${date};127.0.0.1:7080;${hash}`)
    .digest("base64");
  return {
    method: "POST",
    target,
    path: "/sms",
    query: new URLSearchParams("api-version=2021-03-07"),
    headers: {
      host: "127.0.0.1:7080",
      "x-ms-date": date,
      "x-ms-content-sha256": hash,
      authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
    },
    body,
  };
};

describe("findSignatureFault", () => {
  it("finds none in a request that is signed as documented", () => {
    expect(findSignatureFault(signedRequest(), KEY, NOW)).toBeUndefined();
  });

  it.each([-5 * MINUTE, 5 * MINUTE])("accepts a date that is %i ms from now", (away) => {
    expect(findSignatureFault(signedRequest(), KEY, NOW + away)).toBeUndefined();
  });

  it.each([-5 * MINUTE - 1, 5 * MINUTE + 1])("refuses a date that is %i ms from now", (away) => {
    expect(findSignatureFault(signedRequest(), KEY, NOW + away)).toContain("more than 5 minutes");
  });

  it("refuses a date that is none", () => {
    expect(findSignatureFault(signedRequest("yesterday"), KEY, NOW)).toContain("x-ms-date");
  });

  it("refuses a body that is not the one that was hashed", () => {
    expect(findSignatureFault({ ...signedRequest(), body: "{}" }, KEY, NOW)).toContain("not the hash of the body");
  });

  it.each([
    { method: "PUT" },
    { target: "/sms?api-version=2022-07-07" },
    { headers: { ...signedRequest().headers, host: "elsewhere" } },
  ])("refuses a request that was changed after it was signed: %j", (change) => {
    expect(findSignatureFault({ ...signedRequest(), ...change }, KEY, NOW)).toContain("does not match");
  });

  it("refuses another key", () => {
    expect(findSignatureFault(signedRequest(), Buffer.from("another key"), NOW)).toContain("does not match");
  });

  it.each(["host", "authorization", "x-ms-date", "x-ms-content-sha256"])("refuses a request without %s", (header) => {
    const headers = { ...signedRequest().headers, [header]: undefined };
    expect(findSignatureFault({ ...signedRequest(), headers }, KEY, NOW)).toContain("are required");
  });
});
