import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { cors } from "hono/cors";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Clock } from "../clock.ts";
import type { HttpApp, NodeContext, NodeEnv } from "../http/app-server.ts";
import {
  type AuthorizationRequest,
  locationOf,
  type ReturnAddress,
  readAuthorizationRequest,
  readReturnAddress,
} from "./authorization-request.ts";
import { describeError, OAuthError } from "./oauth-error.ts";
import { errorPage, signedOutPage, subjectsPage } from "./pages.ts";
import { type Subject, TENANT_ID } from "./token.ts";
import { issueTokens, type TokenServices } from "./token-request.ts";

/** The paths of a tenant at Entra ID. */
export const PATHS = {
  /** Relative to the origin it is the issuer, which clients call the authority. */
  issuer: `/${TENANT_ID}/v2.0`,
  configuration: `/${TENANT_ID}/v2.0/.well-known/openid-configuration`,
  keys: `/${TENANT_ID}/discovery/v2.0/keys`,
  authorize: `/${TENANT_ID}/oauth2/v2.0/authorize`,
  login: `/${TENANT_ID}/login`,
  token: `/${TENANT_ID}/oauth2/v2.0/token`,
  logout: `/${TENANT_ID}/oauth2/v2.0/logout`,
} as const;

export interface OpenIdConnectOptions extends TokenServices {
  readonly clock: Clock;
  readonly subjects: ReadonlyMap<string, Subject>;
  /** Returns `http://127.0.0.1:PORT`. */
  readonly origin: () => string;
}

/**
 * OpenID Connect for a page in a browser: the authorization code flow with PKCE, refresh tokens and sign-out, with the
 * paths and errors of Microsoft Entra ID.
 * Source: "Microsoft identity platform and OAuth 2.0 authorization code flow".
 */
export const openIdConnectApp = (options: OpenIdConnectOptions): HttpApp => {
  const { clock, registration, tokens } = options;
  const app = new Hono<NodeEnv>();
  const anyOrigin = cors({ origin: (origin) => origin, allowMethods: ["GET", "POST", "OPTIONS"], maxAge: 86_400 });
  for (const path of [PATHS.configuration, PATHS.keys, PATHS.token]) app.use(path, anyOrigin);

  app.get(PATHS.configuration, (c) => c.json(configuration(options)));
  app.get(PATHS.keys, async (c) => c.json(await tokens.keySet()));
  app.get(PATHS.authorize, (c) =>
    authorize(c, options, ({ address }) =>
      subjectsPage({
        subjects: [...options.subjects.values()],
        action: `${PATHS.login}${new URL(c.req.url).search}`,
        returnTo: new URL(address.redirectUri).origin,
      }),
    ),
  );
  app.post(PATHS.login, async (c) => {
    const choice = await formOf(c);
    return authorize(c, options, ({ address, request }) => {
      const result = { code: signIn(choice, request, options), session_state: randomUUID() };
      return c.redirect(locationOf(address, result), 303);
    });
  });
  app.post(PATHS.token, async (c) => {
    const response = await issueTokens(await formOf(c), c.req.header("origin"), options);
    return c.json(response, 200, NOT_STORED);
  });
  app.get(PATHS.logout, async (c) => {
    const uri = c.req.query("post_logout_redirect_uri");
    if (uri === undefined || !registration.hasRedirectUri(uri)) return signedOutPage();
    return c.redirect(locationOf({ redirectUri: uri, responseMode: "query", state: c.req.query("state") }, {}), 302);
  });

  app.onError((error, c) => {
    if (!(error instanceof OAuthError)) throw error;
    const description = describeError(error, clock.now());
    return c.req.path === PATHS.token
      ? c.json(description, statusOf(error), NOT_STORED)
      : errorPage(description, statusOf(error));
  });
  return app;
};

const NOT_STORED = { "cache-control": "no-store", pragma: "no-cache" };

/**
 * Reads an authorization request. An error is returned to the page when its address is registered.
 * @throws OAuthError when the client or its address is unknown.
 */
const authorize = (
  c: NodeContext,
  { clock, registration }: OpenIdConnectOptions,
  serve: (valid: { address: ReturnAddress; request: AuthorizationRequest }) => Response | Promise<Response>,
): Response | Promise<Response> => {
  const parameters = new URL(c.req.url).searchParams;
  const address = readReturnAddress(parameters, registration);
  try {
    return serve({ address, request: readAuthorizationRequest(parameters, registration) });
  } catch (failure) {
    if (!(failure instanceof OAuthError)) throw failure;
    const { error, error_description } = describeError(failure, clock.now());
    return c.redirect(locationOf(address, { error, error_description }), c.req.method === "POST" ? 303 : 302);
  }
};

/**
 * @returns a code for the chosen person.
 * @throws OAuthError when the sign-in is cancelled.
 */
const signIn = (
  choice: URLSearchParams,
  request: AuthorizationRequest,
  { subjects, signIns }: OpenIdConnectOptions,
): string => {
  if (choice.has("cancel")) {
    throw new OAuthError("access_denied", 65004, "User declined to consent to access the app.");
  }
  const subject = subjects.get(choice.get("subject") ?? "");
  if (!subject) throw new OAuthError("invalid_request", 50034, "The user account does not exist in the directory.");
  return signIns.add(subject, request);
};

const formOf = async (c: NodeContext): Promise<URLSearchParams> => new URLSearchParams(await c.req.text());

const statusOf = ({ error }: OAuthError): ContentfulStatusCode => {
  if (error === "temporarily_unavailable") return 503;
  return error === "invalid_client" ? 401 : 400;
};

/** Source: OpenID Connect Discovery 1.0, with the values of Entra ID for what the provider supports. */
const configuration = ({ origin, registration }: OpenIdConnectOptions): object => ({
  issuer: `${origin()}${PATHS.issuer}`,
  authorization_endpoint: `${origin()}${PATHS.authorize}`,
  token_endpoint: `${origin()}${PATHS.token}`,
  end_session_endpoint: `${origin()}${PATHS.logout}`,
  jwks_uri: `${origin()}${PATHS.keys}`,
  scopes_supported: registration.scopes,
  response_types_supported: ["code"],
  response_modes_supported: ["query", "fragment"],
  grant_types_supported: ["authorization_code", "refresh_token"],
  subject_types_supported: ["pairwise"],
  id_token_signing_alg_values_supported: ["RS256"],
  token_endpoint_auth_methods_supported: ["none"],
  code_challenge_methods_supported: ["S256"],
  claims_supported: ["iss", "aud", "exp", "iat", "nbf", "oid", "sub", "tid", "ver", "name", "nonce"],
});
