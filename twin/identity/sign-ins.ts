import { createHash, randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";
import { OAuthError } from "./oauth-error.ts";
import type { Subject } from "./token.ts";

/** A person who signed in to the page. */
export interface SignIn {
  readonly subject: Subject;
  readonly request: AuthorizationRequest;
  /** Milliseconds since the Unix epoch. */
  readonly signedInAt: number;
}

/** The proof that a code is redeemed by the client that requested it. */
export interface CodeProof {
  readonly redirectUri: string;
  readonly codeVerifier: string | undefined;
}

/** How long a code is valid. Source: RFC 6749 allows ten minutes; Entra ID documents about one. */
const CODE_LIFETIME_MS = 60_000;

/** Source: "Refresh tokens in the Microsoft identity platform": 24 hours for a single-page application. */
const REFRESH_LIFETIME_MS = 86_400_000;

/** The codes and refresh tokens of the people who signed in. */
export class SignIns {
  readonly #clock: Clock;
  readonly #codes = new Map<string, SignIn & { isRedeemed: boolean }>();
  readonly #refreshTokens = new Map<string, SignIn>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns a code for one redemption. */
  add(subject: Subject, request: AuthorizationRequest): string {
    const code = randomUUID();
    this.#codes.set(code, { subject, request, signedInAt: this.#clock.now(), isRedeemed: false });
    return code;
  }

  /**
   * Redeems a code. A refusal uses the code up too.
   * @throws OAuthError when the code is unknown, redeemed, expired, or not the client's.
   */
  redeem(code: string, proof: CodeProof): SignIn {
    const signIn = this.#codes.get(code);
    if (!signIn)
      throw new OAuthError("invalid_grant", 70000, "The provided value for the 'code' parameter is not valid.");
    if (signIn.isRedeemed) {
      const message = "OAuth2 Authorization code was already redeemed, please retry with a new valid code.";
      throw new OAuthError("invalid_grant", 54005, message);
    }
    signIn.isRedeemed = true;
    if (this.#clock.now() - signIn.signedInAt >= CODE_LIFETIME_MS) {
      throw new OAuthError("invalid_grant", 70008, "The provided authorization code has expired.");
    }
    checkProof(signIn.request, proof);
    return signIn;
  }

  /**
   * Issues a refresh token. It expires with the first one of the sign-in, and does not revoke earlier ones.
   * Source: "Refresh tokens in the Microsoft identity platform".
   */
  refreshToken(signIn: SignIn): string {
    const token = randomUUID();
    this.#refreshTokens.set(token, signIn);
    return token;
  }

  /** @throws OAuthError when the refresh token is unknown or expired. */
  refresh(token: string): SignIn {
    const signIn = this.#refreshTokens.get(token);
    if (!signIn) throw new OAuthError("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.");
    if (this.#clock.now() - signIn.signedInAt >= REFRESH_LIFETIME_MS) {
      const lifetime = "a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired";
      throw new OAuthError(
        "invalid_grant",
        700084,
        `The refresh token was issued to a single page app (SPA), and therefore has ${lifetime}.`,
      );
    }
    return signIn;
  }
}

const checkProof = (request: AuthorizationRequest, { redirectUri, codeVerifier }: CodeProof): void => {
  if (redirectUri !== request.redirectUri) {
    const message = `The reply address '${redirectUri}' does not match the reply address of the authorization request.`;
    throw new OAuthError("invalid_grant", 500112, message);
  }
  if (!codeVerifier) {
    const message = "Proof Key for Code Exchange is required for cross-origin authorization code redemption.";
    throw new OAuthError("invalid_request", 9002325, message);
  }
  if (createHash("sha256").update(codeVerifier).digest("base64url") !== request.codeChallenge) {
    const message = "The Code_Verifier does not match the code_challenge supplied in the authorization request.";
    throw new OAuthError("invalid_grant", 501481, message);
  }
};
