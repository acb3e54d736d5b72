import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { TwinClock } from "azure-twin/clock";
import type { TokenOverrides } from "azure-twin/identity";
import { IdentityProvider } from "azure-twin/identity";
import { SignJWT, UnsecuredJWT } from "jose";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { TransientError } from "../../shared/kernel/errors.ts";
import { toInstant } from "../../shared/kernel/instant.ts";
import { EntraTokenVerifier } from "./entra-token-verifier.ts";

const SUBJECTS = [
  { id: "ana", name: "Ana", roles: ["Agent", "Supervisor"] },
  { id: "no id of ours", name: "Zoe", roles: ["Agent"] },
];

const startProvider = async (clock: TwinClock, port = 0): Promise<IdentityProvider> => {
  const provider = new IdentityProvider({ clock, subjects: SUBJECTS });
  await provider.start(port);
  onTestFinished(() => provider.stop());
  return provider;
};

const makeVerifier = async () => {
  const clock = new TwinClock();
  const provider = await startProvider(clock);
  const { issuer, audience, jwksUrl } = provider;
  const now = () => toInstant(new Date(clock.now()));
  return { clock, provider, verifier: new EntraTokenVerifier({ issuer, audience, jwksUrl }, now) };
};

afterEach(() => void vi.useRealTimers());

describe("a token", () => {
  it("identifies the caller and the caller's roles", async () => {
    const { provider, verifier } = await makeVerifier();
    expect(await verifier.verify(await provider.token("ana"))).toEqual({
      agentId: "ana",
      roles: ["Agent", "Supervisor"],
    });
  });

  it("may have no roles, and roles of other apps are ignored", async () => {
    const { provider, verifier } = await makeVerifier();
    const withRoles = async (roles: readonly string[]) => verifier.verify(await provider.token("ana", { roles }));
    expect(await withRoles(["Agent", "Owner", "agent"])).toMatchObject({ roles: ["Agent"] });
    expect(await withRoles([])).toMatchObject({ roles: [] });
  });

  it.each<TokenOverrides>([
    { issuer: "https://login.example.com/another-tenant/v2.0" },
    { audience: "another-app" },
    { expiresInSeconds: -61 },
    { signedBy: "unpublished-key" },
  ])("is invalid with %j", async (overrides) => {
    const { provider, verifier } = await makeVerifier();
    expect(await verifier.verify(await provider.token("ana", overrides))).toBeUndefined();
  });

  it.each([
    ["is empty", ""],
    ["is not a token", "abc"],
    ["only has the form of a token", "a.b.c"],
  ])("is invalid when it %s", async (_, token) => {
    const { verifier } = await makeVerifier();
    expect(await verifier.verify(token)).toBeUndefined();
  });

  it("is invalid when it was changed after it was signed", async () => {
    const { provider, verifier } = await makeVerifier();
    const [head, , signature] = (await provider.token("ana", { roles: [] })).split(".");
    const [, claims] = (await provider.token("ana")).split(".");
    expect(await verifier.verify([head, claims, signature].join("."))).toBeUndefined();
  });

  it("is invalid when it is unsigned, or signed with the public keys", async () => {
    const { provider, verifier } = await makeVerifier();
    const { issuer, audience, jwksUrl } = provider;
    const claims = { oid: "ana", roles: ["Administrator"] };
    const unsigned = new UnsecuredJWT(claims).setIssuer(issuer).setAudience(audience).setExpirationTime("1h").encode();
    const publicKeys = new Uint8Array(await (await fetch(jwksUrl)).arrayBuffer());
    const signedWithPublicKeys = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256" })
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime("1h")
      .sign(publicKeys);
    expect(await verifier.verify(unsigned)).toBeUndefined();
    expect(await verifier.verify(signedWithPublicKeys)).toBeUndefined();
  });

  it("is invalid when its object id is not a valid agent id", async () => {
    const { provider, verifier } = await makeVerifier();
    expect(await verifier.verify(await provider.token("no id of ours"))).toBeUndefined();
  });

  it("is valid until a minute after it expires, because clocks differ", async () => {
    const { clock, provider, verifier } = await makeVerifier();
    const token = await provider.token("ana", { expiresInSeconds: 600 });
    clock.advance(655_000);
    expect(await verifier.verify(token)).toBeDefined();
    clock.advance(10_000);
    expect(await verifier.verify(token)).toBeUndefined();
  });
});

describe("the keys of the issuer", () => {
  it("are fetched once for all tokens", async () => {
    const { provider, verifier } = await makeVerifier();
    const token = await provider.token("ana");
    await verifier.verify(token);
    await provider.stop();
    expect(await verifier.verify(token)).toBeDefined();
  });

  it("are fetched again when a token is signed with a new key", async () => {
    const { clock, provider, verifier } = await makeVerifier();
    await verifier.verify(await provider.token("ana"));
    const port = Number(new URL(provider.issuer).port);
    await provider.stop();
    const rotated = await startProvider(clock, port);
    // The keys are not fetched twice within half a minute of the system's time.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31_000 });
    expect(await verifier.verify(await rotated.token("ana"))).toMatchObject({ agentId: "ana" });
  });

  it("cause a TransientError while the issuer is unavailable, and only then", async () => {
    const { provider, verifier } = await makeVerifier();
    const token = await provider.token("ana");
    const port = Number(new URL(provider.issuer).port);
    await provider.stop();
    const failure: unknown = await verifier.verify(token).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({ cause: expect.any(Error) });
    await provider.start(port);
    expect(await verifier.verify(token)).toBeDefined();
  });

  it("let a TypeError of the app or the library escape", async () => {
    const { provider, verifier } = await makeVerifier();
    const token = await provider.token("ana");
    const defect = new TypeError("x is undefined");
    vi.spyOn(globalThis, "fetch").mockRejectedValueOnce(defect);
    await expect(verifier.verify(token)).rejects.toBe(defect);
  });

  it.each([
    ["an error", 500, "{}"],
    ["no JSON", 200, "<html>"],
    ["no keys", 200, "{}"],
  ])("cause a TransientError when the issuer responds with %s", async (_, status, body) => {
    const { provider } = await makeVerifier();
    const jwksUrl = await respondAlways(status, body);
    const { issuer, audience } = provider;
    const verifier = new EntraTokenVerifier({ issuer, audience, jwksUrl }, () => toInstant(new Date()));
    await expect(verifier.verify(await provider.token("ana"))).rejects.toThrow(TransientError);
  });
});

/** @returns the address of a server that gives every request the same response. */
const respondAlways = async (status: number, body: string): Promise<string> => {
  const server = createServer((_, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(body),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
