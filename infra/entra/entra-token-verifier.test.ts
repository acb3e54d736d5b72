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
  { id: "no id of ours", name: "Somebody", roles: ["Agent"] },
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
  it("tells who calls, and with which of our roles", async () => {
    const { provider, verifier } = await makeVerifier();
    expect(await verifier.verify(await provider.token("ana"))).toEqual({
      agentId: "ana",
      roles: ["Agent", "Supervisor"],
    });
  });

  it("tells nothing of roles that are not ours, and may have none at all", async () => {
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
  ])("belongs to nobody with %j", async (overrides) => {
    const { provider, verifier } = await makeVerifier();
    expect(await verifier.verify(await provider.token("ana", overrides))).toBeUndefined();
  });

  it.each([
    ["is empty", ""],
    ["is no token", "abc"],
    ["has the form of one", "a.b.c"],
  ])("belongs to nobody when it %s", async (_, token) => {
    const { verifier } = await makeVerifier();
    expect(await verifier.verify(token)).toBeUndefined();
  });

  it("belongs to nobody when it was changed after it was signed", async () => {
    const { provider, verifier } = await makeVerifier();
    const [head, , signature] = (await provider.token("ana", { roles: [] })).split(".");
    const [, claims] = (await provider.token("ana")).split(".");
    expect(await verifier.verify([head, claims, signature].join("."))).toBeUndefined();
  });

  it("belongs to nobody when it is not signed, or signed with what everybody knows", async () => {
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

  it("belongs to nobody when its object id is none that an agent can have", async () => {
    const { provider, verifier } = await makeVerifier();
    expect(await verifier.verify(await provider.token("no id of ours"))).toBeUndefined();
  });

  it("is good until it expires, and a minute longer for clocks that differ", async () => {
    const { clock, provider, verifier } = await makeVerifier();
    const token = await provider.token("ana", { expiresInSeconds: 600 });
    clock.advance(655_000);
    expect(await verifier.verify(token)).toBeDefined();
    clock.advance(10_000);
    expect(await verifier.verify(token)).toBeUndefined();
  });
});

describe("the keys of the issuer", () => {
  it("are asked for once for all tokens", async () => {
    const { provider, verifier } = await makeVerifier();
    const token = await provider.token("ana");
    await verifier.verify(token);
    await provider.stop();
    expect(await verifier.verify(token)).toBeDefined();
  });

  it("are asked for again when a token is signed with a new one", async () => {
    const { clock, provider, verifier } = await makeVerifier();
    await verifier.verify(await provider.token("ana"));
    const port = Number(new URL(provider.issuer).port);
    await provider.stop();
    const rotated = await startProvider(clock, port);
    // The keys are not asked for twice within half a minute of the system's time.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31_000 });
    expect(await verifier.verify(await rotated.token("ana"))).toMatchObject({ agentId: "ana" });
  });

  it("fail as something that may work later while the issuer is down, and work when it is back", async () => {
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

  it("lets a TypeError of the app or the library escape as it is", async () => {
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
  ])("fail as something that may work later when the issuer answers with %s", async (_, status, body) => {
    const { provider } = await makeVerifier();
    const jwksUrl = await answerAlways(status, body);
    const { issuer, audience } = provider;
    const verifier = new EntraTokenVerifier({ issuer, audience, jwksUrl }, () => toInstant(new Date()));
    await expect(verifier.verify(await provider.token("ana"))).rejects.toThrow(TransientError);
  });
});

/** @returns the address of a server that gives every request the same answer. */
const answerAlways = async (status: number, body: string): Promise<string> => {
  const server = createServer((_, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(body),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
