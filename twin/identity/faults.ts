import { OAuthError } from "./oauth-error.ts";

/** Faults injected into the next requests of the page for tokens. */
export class Faults {
  #outages = 0;
  #refusals = 0;

  /** Responds 503 to the next requests for tokens. @param times - 0 removes the fault, Infinity keeps it. */
  failTokenRequests(times: number): void {
    this.#outages = times;
  }

  /**
   * Refuses the next refresh tokens, as after an administrator revoked them.
   * @param times - 0 removes the fault, Infinity keeps it.
   */
  refuseRefreshTokens(times: number): void {
    this.#refusals = times;
  }

  /** @throws OAuthError when the request for tokens fails. */
  checkTokenRequest(): void {
    if (this.#outages <= 0) return;
    this.#outages -= 1;
    throw new OAuthError("temporarily_unavailable", 90033, "A transient error has occurred. Please try again.");
  }

  /** @throws OAuthError when the refresh token is refused. */
  checkRefreshToken(): void {
    if (this.#refusals <= 0) return;
    this.#refusals -= 1;
    throw new OAuthError("invalid_grant", 50173, "The provided grant has expired due to it being revoked.");
  }
}
