import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isSigned } from "./signature.ts";

// The examples of Twilio's own tests. Source: twilio-node, spec/unit/webhooks/webhooks.spec.js
const TOKEN = "12345";
const URL = "https://mycompany.com/myapp.php?foo=1&bar=2";
const FORM = {
  CallSid: "CA1234567890ABCDE",
  Caller: "+14158675309",
  Digits: "1234",
  From: "+14158675309",
  To: "+18005551212",
};
const FORM_SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
const JSON_BODY = '{"property": "value", "boolean": true}';
const JSON_URL = `${URL}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620`;
const JSON_SIGNATURE = "a9nBmqA0ju/hNViExpshrM61xv4=";

const check = (body: string, signature: string | undefined, { url = URL, tokens = [TOKEN] } = {}) =>
  isSigned({ url, body, headers: signature === undefined ? {} : { "x-twilio-signature": signature } }, tokens);
const form = (fields: Readonly<Record<string, string>> | [string, string][]) => new URLSearchParams(fields).toString();
/** Signs a string as Twilio does, independently of the code under test. */
const sign = (signed: string) => createHmac("sha1", TOKEN).update(signed, "utf8").digest("base64");

describe("a form", () => {
  it("is valid with the published signature", () => {
    expect(check(form(FORM), FORM_SIGNATURE)).toBe(true);
  });

  it("is valid in any order of its fields", () => {
    expect(check(form(Object.entries(FORM).toReversed()), FORM_SIGNATURE)).toBe(true);
  });

  it.each([
    ["a changed field", form({ ...FORM, Digits: "1235" }), FORM_SIGNATURE],
    ["an added field, even an empty one", form({ ...FORM, Extra: "" }), FORM_SIGNATURE],
    ["a space around a value", form({ ...FORM, Digits: "1234 " }), FORM_SIGNATURE],
    ["no fields", "", FORM_SIGNATURE],
    ["no signature", form(FORM), undefined],
    ["an empty signature", form(FORM), ""],
    ["a signature of another length", form(FORM), `${FORM_SIGNATURE}=`],
  ])("is invalid with %s", (_, body, signature) => {
    expect(check(body, signature)).toBe(false);
  });

  it("is invalid at another address or with another query", () => {
    expect(check(form(FORM), FORM_SIGNATURE, { url: "https://mycompany.com/myapp.php?foo=1&bar=3" })).toBe(false);
    expect(check(form(FORM), FORM_SIGNATURE, { url: URL.replace("https", "http") })).toBe(false);
  });

  it("is valid with either token of a rotation, and with no other", () => {
    expect(check(form(FORM), FORM_SIGNATURE, { tokens: ["67890", TOKEN] })).toBe(true);
    expect(check(form(FORM), FORM_SIGNATURE, { tokens: ["67890"] })).toBe(false);
  });

  it("is signed over the distinct values of a repeated field, sorted", () => {
    const body = form([
      ["b", "2"],
      ["a", "z"],
      ["b", "1"],
      ["b", "2"],
      ["c", ""],
    ]);
    expect(check(body, sign(`${URL}azb1b2c`))).toBe(true);
  });

  it.each([
    ["https://mycompany.com/hook?tag=a/b", "https://mycompany.com:443/hook?tag=a/b"],
    ["https://mycompany.com:443/hook", "https://mycompany.com/hook"],
    ["http://mycompany.com:80/hook", "http://mycompany.com/hook"],
    ["http://mycompany.com", "http://mycompany.com:80"],
  ])("is valid at %s when %s was signed", (url, signed) => {
    expect(check(form(FORM), sign(signed + sortedFields), { url })).toBe(true);
  });

  it("is invalid when another port was signed", () => {
    const signed = "https://mycompany.com:8443/hook";
    expect(check(form(FORM), sign(signed + sortedFields), { url: "https://mycompany.com/hook" })).toBe(false);
    expect(check(form(FORM), sign(signed + sortedFields), { url: signed })).toBe(true);
  });
});

const sortedFields = Object.entries(FORM).flat().join("");

describe("a body whose hash is in the URL", () => {
  it("is valid with the published signature", () => {
    expect(check(JSON_BODY, JSON_SIGNATURE, { url: JSON_URL })).toBe(true);
  });

  it("is invalid when the body is another", () => {
    expect(check(JSON_BODY.replace("true", "null"), JSON_SIGNATURE, { url: JSON_URL })).toBe(false);
  });

  it("is invalid when the hash is another too", () => {
    const url = JSON_URL.replace(/bodySHA256=.*/, "bodySHA256=");
    expect(check("", JSON_SIGNATURE, { url })).toBe(false);
  });
});

it("is invalid, and throws nothing, when the URL is not one", () => {
  expect(check(form(FORM), FORM_SIGNATURE, { url: "no url" })).toBe(false);
});
