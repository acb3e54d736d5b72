import { checkClientId, checkUnique, readScopes, required } from "./authorization-request.ts";
import type { Faults } from "./faults.ts";
import { OAuthError } from "./oauth-error.ts";
import type { Registration } from "./registration.ts";
import type { SignIn, SignIns } from "./sign-ins.ts";
import type { TokenIssuer } from "./token-issuer.ts";

/** The parts that serve a request for tokens. */
export interface TokenServices {
  readonly registration: Registration;
  readonly signIns: SignIns;
  readonly tokens: TokenIssuer;
  readonly faults: Faults;
}

/** Source: "Microsoft identity platform and OAuth 2.0 authorization code flow", successful response. */
export interface TokenResponse {
  readonly token_type: "Bearer";
  /** The scopes of the access token, without those of OpenID Connect. */
  readonly scope: string;
  readonly expires_in: number;
  readonly ext_expires_in: number;
  readonly access_token: string;
  readonly id_token?: string;
  readonly refresh_token?: string;
}

/**
 * Issues tokens for a code or a refresh token.
 * @param parameters - the form.
 * @param origin - the Origin header, which only a cross-origin request of a browser has.
 * @throws OAuthError when the request is refused.
 */
export const issueTokens = async (
  parameters: URLSearchParams,
  origin: string | undefined,
  services: TokenServices,
): Promise<TokenResponse> => {
  services.faults.checkTokenRequest();
  checkUnique(parameters);
  const grantType = required(parameters, "grant_type");
  checkClientId(parameters, services.registration);
  if (parameters.has("client_secret") || parameters.has("client_assertion")) {
    const message = "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.";
    throw new OAuthError("invalid_client", 700025, message);
  }
  if (origin === undefined) {
    const message = "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin";
    throw new OAuthError("invalid_request", 9002327, `${message} requests.`);
  }
  switch (grantType) {
    case "authorization_code":
      return redeemCode(parameters, services);
    case "refresh_token":
      return refresh(parameters, services);
    default:
      throw new OAuthError("unsupported_grant_type", 70003, `The grant type '${grantType}' is not supported.`);
  }
};

const redeemCode = (parameters: URLSearchParams, services: TokenServices): Promise<TokenResponse> => {
  const signIn = services.signIns.redeem(required(parameters, "code"), {
    redirectUri: required(parameters, "redirect_uri"),
    codeVerifier: parameters.get("code_verifier") ?? undefined,
  });
  const { scopes, nonce } = signIn.request;
  return respond(signIn, { scopes, nonce, isRefreshable: scopes.includes("offline_access") }, services);
};

/** Entra ID returns a refresh token for a refresh token, also when the scope does not contain "offline_access". */
const refresh = (parameters: URLSearchParams, services: TokenServices): Promise<TokenResponse> => {
  const token = required(parameters, "refresh_token");
  const scopes = readScopes(required(parameters, "scope"), services.registration);
  services.faults.checkRefreshToken();
  return respond(services.signIns.refresh(token), { scopes, nonce: undefined, isRefreshable: true }, services);
};

const respond = async (
  signIn: SignIn,
  grant: { readonly scopes: readonly string[]; readonly nonce: string | undefined; readonly isRefreshable: boolean },
  { registration, signIns, tokens }: TokenServices,
): Promise<TokenResponse> => ({
  token_type: "Bearer",
  scope: registration.apiScope,
  expires_in: tokens.lifetimeSeconds,
  ext_expires_in: tokens.lifetimeSeconds,
  access_token: await tokens.accessToken(signIn.subject),
  ...(grant.scopes.includes("openid") && { id_token: await tokens.idToken(signIn.subject, grant.nonce) }),
  ...(grant.isRefreshable && { refresh_token: signIns.refreshToken(signIn) }),
});
