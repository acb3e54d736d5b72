import { AuthenticationError, CredentialUnavailableError } from "@azure/identity";
import { describe, expect, it } from "vitest";
import { requestFaultOf } from "./sdk-faults.ts";

/** An error of the SDK's HTTP pipeline. */
const restError = (some: { statusCode?: number; code?: string }) =>
  Object.assign(new Error("failed"), { name: "RestError", ...some });

describe("requestFaultOf", () => {
  it.each([
    ["a response", restError({ statusCode: 503 }), 503],
    ["a broken connection", restError({ code: "ECONNRESET" }), undefined],
    ["a time-out", AbortSignal.abort().reason, undefined],
    ["an identity that is not available", new CredentialUnavailableError("none"), undefined],
    ["a token that is refused", new AuthenticationError(401, { error: "invalid_client" }), 401],
  ])("reads the status of %s", (_, error, status) => {
    expect(requestFaultOf(error)).toEqual({ status });
  });

  it.each([new TypeError("x is not a function"), new Error("fail"), "fail", undefined])(
    "returns undefined for the defect %s",
    (error) => {
      expect(requestFaultOf(error)).toBeUndefined();
    },
  );
});
