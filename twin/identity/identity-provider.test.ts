import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TwinClock } from "../clock.ts";
import { IdentityProvider } from "./identity-provider.ts";

const ANA = { id: "ana", name: "Ana", roles: ["Reader", "Writer"] };
const LUIS = { id: "luis", name: "Luis", roles: ["Reader"] };

let clock: TwinClock;
let provider: IdentityProvider;

beforeEach(async () => {
  clock = new TwinClock();
  provider = new IdentityProvider({ clock, subjects: [ANA, LUIS] });
  await provider.start(0);
});

afterEach(() => provider.stop());

/** Verifies a token as an app does: with keys fetched from the JWKS. */
const verify = (token: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(provider.jwksUrl)), {
    issuer: provider.issuer,
    audience: provider.audience,
    requiredClaims: ["oid", "exp"],
    currentDate: new Date(clock.now()),
  });

const post = (body: string) => fetch(`${provider.url}/token`, { method: "POST", body });

describe("an issued token", () => {
  it("is signed with a published key and has the claims of Microsoft Entra ID", async () => {
    const { payload, protectedHeader } = await verify(await provider.token(ANA.id));
    expect(protectedHeader.alg).toBe("RS256");
    expect(payload).toMatchObject({ oid: ANA.id, name: "Ana", roles: ANA.roles, ver: "2.0", tid: expect.any(String) });
    expect(payload).toMatchObject({ iss: provider.issuer, aud: provider.audience, nbf: payload.iat });
  });

  it("expires after an hour on the injected clock", async () => {
    const token = await provider.token(ANA.id);
    clock.advance(59 * 60_000);
    await expect(verify(token)).resolves.toBeDefined();
    clock.advance(2 * 60_000);
    await expect(verify(token)).rejects.toMatchObject({ code: "ERR_JWT_EXPIRED" });
  });

  it("stays valid when the provider is stopped and started", async () => {
    const token = await provider.token(ANA.id);
    await provider.stop();
    await provider.start(Number(new URL(provider.url).port));
    await expect(verify(token)).resolves.toBeDefined();
  });

  it.each([
    [{ expiresInSeconds: -1 }, { code: "ERR_JWT_EXPIRED" }],
    [{ audience: "other" }, { code: "ERR_JWT_CLAIM_VALIDATION_FAILED", claim: "aud" }],
    [{ issuer: "http://other" }, { code: "ERR_JWT_CLAIM_VALIDATION_FAILED", claim: "iss" }],
    [{ signedBy: "unpublished-key" as const }, { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" }],
  ])("fails verification when issued with %j", async (overrides, error) => {
    await expect(verify(await provider.token(ANA.id, overrides))).rejects.toMatchObject(error);
  });

  it("has no roles claim when it is issued without roles", async () => {
    const { payload } = await verify(await provider.token(ANA.id, { roles: [] }));
    expect(payload).not.toHaveProperty("roles");
  });

  it("is not issued to an unknown subject", async () => {
    await expect(provider.token("unknown")).rejects.toThrow("There is no subject unknown");
  });
});

describe("POST /token", () => {
  it("issues a token to a subject", async () => {
    const response = await post(JSON.stringify({ subject: LUIS.id }));
    const { access_token, ...rest } = (await response.json()) as { access_token: string };
    expect(rest).toEqual({ token_type: "Bearer", expires_in: 3600 });
    expect(decodeJwt(access_token)).toMatchObject({ oid: LUIS.id, roles: LUIS.roles });
  });

  it("responds 404 and lists the subjects when the subject is unknown", async () => {
    const response = await post(JSON.stringify({ subject: "unknown" }));
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status: 404, subjects: [ANA.id, LUIS.id] });
  });

  it.each(["", "null", "{}", '{"subject":1}'])("responds 400 to the body %j", async (body) => {
    expect((await post(body)).status).toBe(400);
  });
});

describe("the provider", () => {
  it("lists its subjects", async () => {
    const response = await fetch(`${provider.url}/subjects`);
    expect(await response.json()).toEqual({ items: [ANA, LUIS] });
  });

  it("publishes its configuration by OpenID Connect Discovery", async () => {
    const response = await fetch(`${provider.issuer}/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({ issuer: provider.issuer, jwks_uri: provider.jwksUrl });
  });

  it("publishes only the public part of its key", async () => {
    const { keys } = (await (await fetch(provider.jwksUrl)).json()) as { keys: object[] };
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([["alg", "e", "kid", "kty", "n", "use"]]);
  });

  it("describes itself with the settings of a page", async () => {
    const guide = await (await fetch(provider.url)).text();
    for (const line of [provider.issuer, provider.clientId, provider.scope, "POST /token"]) {
      expect(guide).toContain(line);
    }
  });

  it("responds 404 to an unknown path", async () => {
    expect((await fetch(`${provider.url}/unknown`)).status).toBe(404);
  });
});
