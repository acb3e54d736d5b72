import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AuthenticationError, CredentialUnavailableError } from "@azure/identity";
import { describe, expect, it } from "vitest";
import { isFetchFault, isIdentityFault, isNetworkFault } from "./sdk-faults.ts";

/** @returns the address of a server that has stopped. */
const addressOfNothing = async (): Promise<string> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
};

const rejectionOf = (url: string, init: RequestInit = {}): Promise<unknown> =>
  fetch(url, init).then(
    () => undefined,
    (error: unknown) => error,
  );

describe("isNetworkFault", () => {
  it.each(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "REQUEST_SEND_ERROR"])("is true for the code %s", (code) => {
    expect(isNetworkFault(Object.assign(new Error("failed"), { code }))).toBe(true);
  });

  it.each([
    new TypeError("x is undefined"),
    Object.assign(new Error("no"), { code: "EACCES" }),
    "ECONNRESET",
    undefined,
  ])("is false for %s", (error) => {
    expect(isNetworkFault(error)).toBe(false);
  });
});

describe("isIdentityFault", () => {
  it.each([new CredentialUnavailableError("none"), new AuthenticationError(401, { error: "invalid_client" })])(
    "is true for %s",
    (error) => {
      expect(isIdentityFault(error)).toBe(true);
    },
  );

  it("is false for a TypeError", () => {
    expect(isIdentityFault(new TypeError("x is undefined"))).toBe(false);
  });
});

describe("isFetchFault", () => {
  it("is true when no connection is made", async () => {
    expect(isFetchFault(await rejectionOf(await addressOfNothing()))).toBe(true);
  });

  it("is false for a header that cannot be sent", async () => {
    expect(isFetchFault(await rejectionOf("http://127.0.0.1", { headers: { connection: "nonsense" } }))).toBe(false);
  });

  it("is false for another TypeError", () => {
    expect(isFetchFault(new TypeError("x is undefined"))).toBe(false);
  });
});
