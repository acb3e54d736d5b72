import { createHash, randomUUID } from "node:crypto";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

/** A person or program that tokens can be issued to. */
export interface Subject {
  /** The object id: the `oid` claim. */
  readonly id: string;
  readonly name: string;
  /** App roles: the `roles` claim. */
  readonly roles: readonly string[];
}

/** Deviations from a valid access token, for tests of token validation. */
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

/** The circumstances in which a token is issued. */
export interface Issuance {
  readonly issuer: string;
  /** The `aud` claim. */
  readonly audience: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly lifetimeSeconds: number;
  readonly key: SigningKey;
}

/** Default lifetime in seconds. Source: the shortest default lifetime of a Microsoft Entra ID access token. */
export const TOKEN_LIFETIME_SECONDS = 3600;

/** The tenant of all subjects. Arbitrary, but constant. */
export const TENANT_ID = "5c1dd0a4-3a1b-4d7c-9a53-0c6f1e1f7a10";

export const generateSigningKey = async (): Promise<SigningKey> => {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const publicJwk = { ...(await exportJWK(publicKey)), kid: randomUUID(), alg: "RS256", use: "sig" };
  return { privateKey, publicJwk };
};

/**
 * Signs an access token with the claims of Microsoft Entra ID, version 2.0, for a scope of an API.
 * Source: "Access token claims reference", Microsoft identity platform.
 * @param options.clientId - the application that gets the token.
 */
export const signAccessToken = (
  subject: Subject,
  options: Issuance & { readonly clientId: string; readonly scope: string; readonly overrides: TokenOverrides },
): Promise<string> => {
  const { clientId, scope, overrides } = options;
  const authorization = { azp: clientId, azpacr: "0", scp: scope };
  return sign(
    { ...subjectClaims(subject, options.audience), ...authorization, ...rolesClaim(overrides.roles ?? subject.roles) },
    {
      ...options,
      issuer: overrides.issuer ?? options.issuer,
      audience: overrides.audience ?? options.audience,
      lifetimeSeconds: overrides.expiresInSeconds ?? options.lifetimeSeconds,
    },
    overrides.signedBy === "unpublished-key" ? generateSigningKey() : undefined,
  );
};

/**
 * Signs an ID token with the claims of Microsoft Entra ID, version 2.0. Its audience is the client.
 * Source: "ID token claims reference", Microsoft identity platform.
 */
export const signIdToken = (
  subject: Subject,
  options: Issuance & { readonly nonce: string | undefined },
): Promise<string> => {
  const { audience, nonce } = options;
  return sign({ ...subjectClaims(subject, audience), ...(nonce !== undefined && { nonce }) }, options);
};

/** Entra ID omits an empty `roles` claim. */
const rolesClaim = (roles: readonly string[]): JWTPayload => (roles.length > 0 ? { roles } : {});

/** The `sub` claim of Entra ID differs from one application to the next; the `oid` claim does not. */
const subjectClaims = ({ id, name }: Subject, audience: string): JWTPayload => ({
  oid: id,
  sub: createHash("sha256").update(`${audience} ${id}`).digest("base64url"),
  tid: TENANT_ID,
  ver: "2.0",
  name,
});

const sign = async (
  claims: JWTPayload,
  { issuer, audience, now, lifetimeSeconds, key }: Issuance,
  unpublishedKey?: Promise<SigningKey>,
): Promise<string> => {
  const nowSeconds = Math.floor(now / 1000);
  const expiresAt = nowSeconds + lifetimeSeconds;
  const issuedAt = Math.min(nowSeconds, expiresAt - 1);
  const { privateKey } = (await unpublishedKey) ?? key;
  return new SignJWT(claims)
    .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: key.publicJwk.kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(privateKey);
};
