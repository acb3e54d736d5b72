import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TwinClock } from "../clock.ts";
import { IdentityProvider } from "./identity-provider.ts";

const ANA = { id: "agent-ana", name: "Ana", roles: ["Agent", "Supervisor"] };
const LUIS = { id: "agent-luis", name: "Luis", roles: ["Agent"] };

let clock: TwinClock;
let provider: IdentityProvider;

beforeEach(async () => {
  clock = new TwinClock();
  provider = new IdentityProvider({ clock, subjects: [ANA, LUIS] });
  await provider.start(0);
});

afterEach(() => provider.stop());

/** Verifies as an app does, with the keys it fetches. */
const verify = (token: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(provider.jwksUrl)), {
    issuer: provider.issuer,
    audience: provider.audience,
    requiredClaims: ["oid", "exp"],
    currentDate: new Date(clock.now()),
  });

const post = (body: string) => fetch(`${provider.issuer}/token`, { method: "POST", body });

describe("a token", () => {
  it("is signed by a published key and has the claims of Microsoft Entra ID", async () => {
    const { payload, protectedHeader } = await verify(await provider.token(ANA.id));
    expect(protectedHeader.alg).toBe("RS256");
    expect(payload).toMatchObject({ oid: ANA.id, name: "Ana", roles: ANA.roles, ver: "2.0", tid: expect.any(String) });
    expect(payload).toMatchObject({ iss: provider.issuer, aud: provider.audience, nbf: payload.iat });
  });

  it("expires after an hour of the clock", async () => {
    const token = await provider.token(ANA.id);
    clock.advance(59 * 60_000);
    await expect(verify(token)).resolves.toBeDefined();
    clock.advance(2 * 60_000);
    await expect(verify(token)).rejects.toMatchObject({ code: "ERR_JWT_EXPIRED" });
  });

  it("stays good when the provider is stopped and started", async () => {
    const token = await provider.token(ANA.id);
    await provider.stop();
    await provider.start(Number(new URL(provider.issuer).port));
    await expect(verify(token)).resolves.toBeDefined();
  });

  it.each([
    [{ expiresInSeconds: -1 }, { code: "ERR_JWT_EXPIRED" }],
    [{ audience: "another" }, { code: "ERR_JWT_CLAIM_VALIDATION_FAILED", claim: "aud" }],
    [{ issuer: "http://another" }, { code: "ERR_JWT_CLAIM_VALIDATION_FAILED", claim: "iss" }],
    [{ signedBy: "foreign-key" as const }, { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" }],
  ])("is refused when made with %j", async (overrides, refusal) => {
    await expect(verify(await provider.token(ANA.id, overrides))).rejects.toMatchObject(refusal);
  });

  it("has no roles claim when it is made without roles", async () => {
    const { payload } = await verify(await provider.token(ANA.id, { roles: [] }));
    expect(payload).not.toHaveProperty("roles");
  });

  it("is not made for an agent that is not known", async () => {
    await expect(provider.token("nobody")).rejects.toThrow("nobody");
  });
});

describe("POST /token", () => {
  it("gives an agent's token", async () => {
    const response = await post(JSON.stringify({ agent: LUIS.id }));
    const { access_token, ...rest } = (await response.json()) as { access_token: string };
    expect(rest).toEqual({ token_type: "Bearer", expires_in: 3600 });
    expect(decodeJwt(access_token)).toMatchObject({ oid: LUIS.id, roles: ["Agent"] });
  });

  it("answers 404 with the known agents for an unknown one", async () => {
    const response = await post(JSON.stringify({ agent: "nobody" }));
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status: 404, agents: [ANA.id, LUIS.id] });
  });

  it.each(["", "null", "{}", '{"agent":1}'])("answers 400 to the body %j", async (body) => {
    expect((await post(body)).status).toBe(400);
  });
});

describe("the provider", () => {
  it("lists its agents", async () => {
    const response = await fetch(`${provider.issuer}/agents`);
    expect(await response.json()).toEqual({ items: [ANA, LUIS] });
  });

  it("describes itself as OpenID Connect Discovery says", async () => {
    const response = await fetch(`${provider.issuer}/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({ issuer: provider.issuer, jwks_uri: provider.jwksUrl });
  });

  it("publishes no private part of its key", async () => {
    const { keys } = (await (await fetch(provider.jwksUrl)).json()) as { keys: object[] };
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([["alg", "e", "kid", "kty", "n", "use"]]);
  });

  it("answers 404 elsewhere", async () => {
    expect((await fetch(`${provider.issuer}/elsewhere`)).status).toBe(404);
  });
});
