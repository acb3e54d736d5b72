import { expect, it } from "vitest";
import { twilioSignature } from "./signature.ts";

const URL = "https://mycompany.com/myapp.php?foo=1&bar=2";

// Source: twilio-node, spec/unit/webhooks/webhooks.spec.js
it("makes the published signature of a form", () => {
  const fields = {
    CallSid: "CA1234567890ABCDE",
    Caller: "+14158675309",
    Digits: "1234",
    From: "+14158675309",
    To: "+18005551212",
  };
  expect(twilioSignature("12345", URL, fields)).toBe("RSOYDt4T1cUTdK1PDd93/VVr8B8=");
});

it("makes the published signature of a URL with the hash of the body", () => {
  const hash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
  expect(twilioSignature("12345", `${URL}&bodySHA256=${hash}`)).toBe("a9nBmqA0ju/hNViExpshrM61xv4=");
});

it("does not depend on the order of the fields, and includes empty ones", () => {
  expect(twilioSignature("12345", URL, { b: "2", a: "1" })).toBe(twilioSignature("12345", URL, { a: "1", b: "2" }));
  expect(twilioSignature("12345", URL, { a: "1", b: "" })).not.toBe(twilioSignature("12345", URL, { a: "1" }));
});
