import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { findSignatureProblem, type SignedRequest } from "./signature.ts";

const KEY = Buffer.from("the access key");
const DATE = "Mon, 01 Jun 2026 12:00:00 GMT";
const NOW = Date.parse(DATE);
const MINUTE = 60_000;

const signedRequest = (date = DATE): SignedRequest => {
  const target = "/sms?api-version=2021-03-07";
  const body = '{"message":"Grüße"}';
  const hash = createHash("sha256").update(body).digest("base64");
  const signature = createHmac("sha256", KEY)
    .update(`POST\n${target}\n${date};127.0.0.1:7080;${hash}`)
    .digest("base64");
  const headers = new Headers({
    host: "127.0.0.1:7080",
    "x-ms-date": date,
    "x-ms-content-sha256": hash,
    authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
  });
  return { method: "POST", target, headers, body };
};

describe("findSignatureProblem", () => {
  it("accepts a request that is signed as documented", () => {
    expect(findSignatureProblem(signedRequest(), KEY, NOW)).toBeUndefined();
  });

  it.each([-5 * MINUTE, 5 * MINUTE])("accepts a date that is %i ms from now", (distance) => {
    expect(findSignatureProblem(signedRequest(), KEY, NOW + distance)).toBeUndefined();
  });

  it.each([-5 * MINUTE - 1, 5 * MINUTE + 1])("refuses a date that is %i ms from now", (distance) => {
    expect(findSignatureProblem(signedRequest(), KEY, NOW + distance)).toContain("more than 5 minutes");
  });

  it("refuses an invalid date", () => {
    expect(findSignatureProblem(signedRequest("yesterday"), KEY, NOW)).toContain("x-ms-date");
  });

  it("refuses a body that does not match its hash", () => {
    expect(findSignatureProblem({ ...signedRequest(), body: "{}" }, KEY, NOW)).toContain("not the hash of the body");
  });

  it.each([
    ["method", { method: "PUT" }],
    ["target", { target: "/sms?api-version=2022-07-07" }],
  ])("refuses a request whose %s changed after signing", (_name, change) => {
    expect(findSignatureProblem({ ...signedRequest(), ...change }, KEY, NOW)).toContain("does not match");
  });

  it("refuses a request whose host changed after signing", () => {
    const request = signedRequest();
    request.headers.set("host", "elsewhere");
    expect(findSignatureProblem(request, KEY, NOW)).toContain("does not match");
  });

  it("refuses another key", () => {
    expect(findSignatureProblem(signedRequest(), Buffer.from("another key"), NOW)).toContain("does not match");
  });

  it.each(["host", "authorization", "x-ms-date", "x-ms-content-sha256"])("refuses a request without %s", (header) => {
    const request = signedRequest();
    request.headers.delete(header);
    expect(findSignatureProblem(request, KEY, NOW)).toContain("are required");
  });
});
