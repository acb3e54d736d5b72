import { randomUUID } from "node:crypto";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** A person or program that tokens can be issued to. */
export interface Subject {
  /** The object id: the `oid` claim. */
  readonly id: string;
  readonly name: string;
  /** App roles: the `roles` claim. */
  readonly roles: readonly string[];
}

/** Deviations from a valid token, for tests of token validation. */
export interface TokenOverrides {
  readonly issuer?: string;
  readonly audience?: string;
  readonly roles?: readonly string[];
  /** Seconds from now until the token expires; a negative number makes an expired token. */
  readonly expiresInSeconds?: number;
  /** Signs with a key that is not in the JWKS, under the id of the published key. */
  readonly signedBy?: "unpublished-key";
}

/** A key pair for RS256, the signature algorithm of Microsoft Entra ID. */
export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK & { readonly kid: string };
}

/** Token lifetime in seconds. Source: the shortest default lifetime of a Microsoft Entra ID access token. */
export const TOKEN_LIFETIME_SECONDS = 3600;

/** The tenant of all subjects. Arbitrary, but constant. */
const TENANT_ID = "5c1dd0a4-3a1b-4d7c-9a53-0c6f1e1f7a10";

export const generateSigningKey = async (): Promise<SigningKey> => {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const publicJwk = { ...(await exportJWK(publicKey)), kid: randomUUID(), alg: "RS256", use: "sig" };
  return { privateKey, publicJwk };
};

/**
 * Signs a token with the claims of a Microsoft Entra ID access token, version 2.0.
 * Source: "Access token claims reference", Microsoft identity platform.
 * @param options.now - milliseconds since the Unix epoch.
 */
export const signToken = async (
  subject: Subject,
  options: { issuer: string; audience: string; now: number; key: SigningKey; overrides: TokenOverrides },
): Promise<string> => {
  const { key, overrides } = options;
  const now = Math.floor(options.now / 1000);
  const expiresAt = now + (overrides.expiresInSeconds ?? TOKEN_LIFETIME_SECONDS);
  const issuedAt = Math.min(now, expiresAt - 1);
  const roles = overrides.roles ?? subject.roles;
  const claims = { oid: subject.id, name: subject.name, tid: TENANT_ID, ver: "2.0" };
  const signer = overrides.signedBy === "unpublished-key" ? await generateSigningKey() : key;
  return new SignJWT(roles.length > 0 ? { ...claims, roles } : claims) // Entra ID omits an empty `roles` claim
    .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: key.publicJwk.kid })
    .setIssuer(overrides.issuer ?? options.issuer)
    .setAudience(overrides.audience ?? options.audience)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(signer.privateKey);
};
