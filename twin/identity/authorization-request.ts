import { missingParameter, OAuthError } from "./oauth-error.ts";
import type { Registration } from "./registration.ts";

/** Where the browser returns to after the sign-in. */
export interface ReturnAddress {
  readonly redirectUri: string;
  readonly responseMode: ResponseMode;
  readonly state: string | undefined;
}

type ResponseMode = "query" | "fragment";

/** A request to sign a person in to the page. */
export interface AuthorizationRequest {
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** SHA-256 of the code verifier, in base64url. */
  readonly codeChallenge: string;
  readonly nonce: string | undefined;
}

/** The values of "prompt" with which Entra ID shows a page. "none" is not among them. */
const PROMPTS: readonly string[] = ["login", "select_account", "consent"];

/** A SHA-256 in base64url. */
const CODE_CHALLENGE = /^[\w-]{43}$/;

/**
 * Reads where the browser returns to. An error of the rest of the request can be sent there.
 * @throws OAuthError when the client or its address is unknown. The error must not be sent to the address.
 */
export const readReturnAddress = (parameters: URLSearchParams, registration: Registration): ReturnAddress => {
  checkUnique(parameters);
  checkClientId(parameters, registration);
  const redirectUri = required(parameters, "redirect_uri");
  if (!registration.hasRedirectUri(redirectUri)) {
    const problem = `The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs`;
    throw new OAuthError(
      "invalid_request",
      50011,
      `${problem} configured for the application '${registration.clientId}'.`,
    );
  }
  const responseMode = parameters.get("response_mode") === "fragment" ? "fragment" : "query";
  return { redirectUri, responseMode, state: parameters.get("state") ?? undefined };
};

/** @throws OAuthError when the request is invalid, or does not allow to show a page. */
export const readAuthorizationRequest = (
  parameters: URLSearchParams,
  registration: Registration,
): AuthorizationRequest => {
  if (required(parameters, "response_type") !== "code") {
    throw new OAuthError("unsupported_response_type", 700054, "The only supported response_type is 'code'.");
  }
  checkResponseMode(parameters);
  const request = {
    redirectUri: required(parameters, "redirect_uri"),
    scopes: readScopes(required(parameters, "scope"), registration),
    codeChallenge: readCodeChallenge(parameters),
    nonce: parameters.get("nonce") ?? undefined,
  };
  checkPrompt(parameters);
  return request;
};

/** @throws OAuthError when a scope is unknown, or the scope of the API is missing. */
export const readScopes = (value: string, registration: Registration): readonly string[] => {
  const scopes = value.split(" ").filter((scope) => scope !== "");
  for (const scope of scopes) {
    if (!registration.scopes.includes(scope)) {
      throw new OAuthError("invalid_scope", 70011, `The scope '${scope}' is not valid.`);
    }
  }
  if (!scopes.includes(registration.apiScope)) {
    // Entra ID would issue a token for Microsoft Graph.
    throw new OAuthError("invalid_scope", 70011, `The scope '${registration.apiScope}' is missing.`);
  }
  return scopes;
};

/** The address with the result of the sign-in. */
export const locationOf = (
  { redirectUri, responseMode, state }: ReturnAddress,
  result: Readonly<Record<string, string>>,
): string => {
  const location = new URL(redirectUri);
  const parameters = new URLSearchParams({ ...result, ...(state !== undefined && { state }) });
  if (responseMode === "fragment") location.hash = parameters.toString();
  else for (const [name, value] of parameters) location.searchParams.append(name, value);
  return location.href;
};

/** @throws OAuthError when a parameter is repeated. Source: RFC 6749, sections 3.1 and 3.2. */
export const checkUnique = (parameters: URLSearchParams): void => {
  const names = [...parameters.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated === undefined) return;
  const message = `The request is not properly formatted. The parameter '${repeated}' is duplicated.`;
  throw new OAuthError("invalid_request", 9000411, message);
};

/** @throws OAuthError when the client is unknown. */
export const checkClientId = (parameters: URLSearchParams, registration: Registration): void => {
  const clientId = required(parameters, "client_id");
  if (clientId === registration.clientId) return;
  const message = `Application with identifier '${clientId}' was not found in the directory.`;
  throw new OAuthError("unauthorized_client", 700016, message);
};

/** @throws OAuthError when a parameter is missing or empty. */
export const required = (parameters: URLSearchParams, name: string): string => {
  const value = parameters.get(name);
  if (!value) throw missingParameter(name);
  return value;
};

const checkResponseMode = (parameters: URLSearchParams): void => {
  const responseMode = parameters.get("response_mode") ?? "query";
  if (responseMode === "query" || responseMode === "fragment") return;
  throw new OAuthError("invalid_request", 90023, `The response_mode '${responseMode}' is not supported.`);
};

const readCodeChallenge = (parameters: URLSearchParams): string => {
  const challenge = parameters.get("code_challenge");
  if (!challenge || parameters.get("code_challenge_method") !== "S256") {
    const message = "Proof Key for Code Exchange is required, with the code_challenge_method 'S256'.";
    throw new OAuthError("invalid_request", 9002325, message);
  }
  if (!CODE_CHALLENGE.test(challenge)) {
    throw new OAuthError("invalid_request", 501491, "Invalid size of Code_Challenge parameter.");
  }
  return challenge;
};

const checkPrompt = (parameters: URLSearchParams): void => {
  const prompt = parameters.get("prompt");
  if (prompt === null || PROMPTS.includes(prompt)) return;
  if (prompt === "none") {
    const message = "Session information is not sufficient for single-sign-on: a user must choose an account.";
    throw new OAuthError("login_required", 50058, message);
  }
  throw new OAuthError("invalid_request", 90023, `Unsupported 'prompt' value '${prompt}'.`);
};
