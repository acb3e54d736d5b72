import { randomUUID } from "node:crypto";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** Who a token can be issued for. */
export interface Subject {
  /** The object id, which the app knows the agent by. */
  readonly id: string;
  readonly name: string;
  /** App roles, such as Agent or Supervisor. */
  readonly roles: readonly string[];
}

/** What a token says otherwise than a good one, for tests of how it is refused. */
export interface TokenOverrides {
  readonly issuer?: string;
  readonly audience?: string;
  readonly roles?: readonly string[];
  /** Seconds from now until the token expires; one of less than zero has expired. */
  readonly expiresInSeconds?: number;
  /** Signs with a key that was never published, under the id of the one that was. */
  readonly signedBy?: "foreign-key";
}

/** A key pair for signatures by RS256, the algorithm of Microsoft Entra ID. */
export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** How long a token is valid, in seconds. Source: the least that Microsoft Entra ID gives by default. */
export const TOKEN_LIFETIME_SECONDS = 3600;

/** The directory that the subjects belong to: any id will do, as long as it is always the same. */
const TENANT_ID = "5c1dd0a4-3a1b-4d7c-9a53-0c6f1e1f7a10";

export const makeSigningKey = async (): Promise<SigningKey> => {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const publicJwk = { ...(await exportJWK(publicKey)), kid: randomUUID(), alg: "RS256", use: "sig" };
  return { privateKey, publicJwk };
};

/**
 * Makes a token with the claims of a Microsoft Entra ID access token, version 2.0.
 * Source: "Access token claims reference", Microsoft identity platform.
 * @param options.now - milliseconds since the Unix epoch.
 */
export const makeToken = async (
  subject: Subject,
  options: { issuer: string; audience: string; now: number; key: SigningKey; overrides: TokenOverrides },
): Promise<string> => {
  const { key, overrides } = options;
  const now = Math.floor(options.now / 1000);
  const expiresAt = now + (overrides.expiresInSeconds ?? TOKEN_LIFETIME_SECONDS);
  const issuedAt = Math.min(now, expiresAt - 1);
  const roles = overrides.roles ?? subject.roles;
  const claims = { oid: subject.id, name: subject.name, tid: TENANT_ID, ver: "2.0" };
  const signer = overrides.signedBy === "foreign-key" ? await makeSigningKey() : key;
  return new SignJWT(roles.length > 0 ? { ...claims, roles } : claims) // without any, Entra ID leaves the claim out
    .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: key.publicJwk.kid })
    .setIssuer(overrides.issuer ?? options.issuer)
    .setAudience(overrides.audience ?? options.audience)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(signer.privateKey);
};
