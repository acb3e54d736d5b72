import type { Clock } from "../clock.ts";
import { type Registration, SCOPE_NAME } from "./registration.ts";
import {
  generateSigningKey,
  type Issuance,
  type SigningKey,
  type Subject,
  signAccessToken,
  signIdToken,
  type TokenOverrides,
} from "./token.ts";

/** Issues tokens, signed with a key that it generates on first use and keeps. */
export class TokenIssuer {
  /** Of the tokens that are issued from now on. */
  lifetimeSeconds: number;
  readonly #clock: Clock;
  readonly #registration: Registration;
  readonly #issuer: () => string;
  #signingKey: Promise<SigningKey> | undefined;

  /** @param options.issuer - returns the `iss` claim. */
  constructor(options: {
    readonly clock: Clock;
    readonly registration: Registration;
    readonly issuer: () => string;
    readonly lifetimeSeconds: number;
  }) {
    this.lifetimeSeconds = options.lifetimeSeconds;
    this.#clock = options.clock;
    this.#registration = options.registration;
    this.#issuer = options.issuer;
  }

  async accessToken(subject: Subject, overrides: TokenOverrides = {}): Promise<string> {
    const { audience, clientId } = this.#registration;
    return signAccessToken(subject, { ...(await this.#issuance(audience)), clientId, scope: SCOPE_NAME, overrides });
  }

  async idToken(subject: Subject, nonce: string | undefined): Promise<string> {
    return signIdToken(subject, { ...(await this.#issuance(this.#registration.clientId)), nonce });
  }

  /** The JSON Web Key Set with which tokens are verified. */
  async keySet(): Promise<object> {
    return { keys: [(await this.#key()).publicJwk] };
  }

  async #issuance(audience: string): Promise<Issuance> {
    const { lifetimeSeconds } = this;
    return { issuer: this.#issuer(), audience, now: this.#clock.now(), lifetimeSeconds, key: await this.#key() };
  }

  #key(): Promise<SigningKey> {
    this.#signingKey ??= generateSigningKey();
    return this.#signingKey;
  }
}
