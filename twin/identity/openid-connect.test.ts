import { createHash, randomBytes } from "node:crypto";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from "oidc-client-ts";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { TwinClock } from "../clock.ts";
import { IdentityProvider } from "./identity-provider.ts";

const ANA = { id: "ana", name: "Ana <3", roles: ["Reader", "Writer"] };
const LUIS = { id: "luis", name: "Luis", roles: [] };

const PAGE = "http://127.0.0.1:7071";
const CALLBACK = `${PAGE}/callback?from=sign-in`;
const SIGNED_OUT = `${PAGE}/signed-out`;

let clock: TwinClock;
let provider: IdentityProvider;

beforeEach(async () => {
  clock = new TwinClock();
  provider = new IdentityProvider({ clock, subjects: [ANA, LUIS], redirectUris: [CALLBACK, SIGNED_OUT] });
  await provider.start(0);
  onTestFinished(() => provider.stop());
});

const CODE_VERIFIER = randomBytes(32).toString("base64url");
const CODE_CHALLENGE = createHash("sha256").update(CODE_VERIFIER).digest("base64url");

type Changes = Readonly<Record<string, string | undefined>>;

/** Parameters without those that a test removes. */
const parametersOf = (parameters: Changes): URLSearchParams =>
  new URLSearchParams(
    Object.entries(parameters).flatMap<[string, string]>(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );

/** The parameters with which a page requests a code. */
const authorization = (changes: Changes = {}): URLSearchParams =>
  parametersOf({
    client_id: provider.clientId,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: provider.scope,
    state: "the state & more",
    code_challenge: CODE_CHALLENGE,
    code_challenge_method: "S256",
    ...changes,
  });

const configuration = async (): Promise<Record<string, string>> =>
  (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json() as Promise<Record<string, string>>;

const authorize = async (parameters: URLSearchParams): Promise<Response> =>
  fetch(`${(await configuration()).authorization_endpoint}?${parameters}`, { redirect: "manual" });

/** Presses a button of the page of people, as a browser does. */
const press = async (page: Response, choice: Readonly<Record<string, string>>): Promise<Response> => {
  const [, action = ""] = /<form method="post" action="([^"]+)"/.exec(await page.text()) ?? [];
  const url = new URL(action.replaceAll("&amp;", "&"), provider.url);
  return fetch(url, { method: "POST", body: new URLSearchParams(choice), redirect: "manual" });
};

const locationOf = (response: Response): URL => new URL(response.headers.get("location") ?? "");

const signIn = async (subject = ANA.id, changes: Changes = {}): Promise<string> => {
  const response = await press(await authorize(authorization(changes)), { subject });
  return locationOf(response).searchParams.get("code") ?? "";
};

interface Tokens {
  readonly access_token: string;
  readonly id_token?: string;
  readonly refresh_token?: string;
}

const requestTokens = async (form: URLSearchParams, headers: Readonly<Record<string, string>> = { origin: PAGE }) =>
  fetch((await configuration()).token_endpoint ?? "", { method: "POST", body: form, headers });

const redemption = (code: string, changes: Changes = {}): URLSearchParams =>
  parametersOf({
    grant_type: "authorization_code",
    client_id: provider.clientId,
    redirect_uri: CALLBACK,
    code,
    code_verifier: CODE_VERIFIER,
    ...changes,
  });

const refreshing = (token: string | undefined, changes: Changes = {}): URLSearchParams =>
  parametersOf({
    grant_type: "refresh_token",
    client_id: provider.clientId,
    refresh_token: token,
    scope: provider.scope,
    ...changes,
  });

const tokensOf = async (response: Response): Promise<Tokens> => {
  expect(response.status).toBe(200);
  return (await response.json()) as Tokens;
};

const redeem = async (code: string): Promise<Tokens> => tokensOf(await requestTokens(redemption(code)));

const refresh = async (token: string | undefined): Promise<Tokens> => tokensOf(await requestTokens(refreshing(token)));

/** Verifies a token as an app does: with keys fetched from the JWKS. */
const verify = async (token: string | undefined, audience: string) =>
  jwtVerify(token ?? "", createRemoteJWKSet(new URL((await configuration()).jwks_uri ?? "")), {
    issuer: provider.issuer,
    audience,
    currentDate: new Date(clock.now()),
  });

const errorOf = async (response: Response) => ({ status: response.status, ...((await response.json()) as object) });

const refusal = (status: number, error: string, code: number) => ({
  status,
  error,
  error_codes: [code],
  error_description: expect.stringMatching(new RegExp(`^AADSTS${code}: .* Trace ID: .* Timestamp: \\d{4}-.*Z$`)),
});

describe("the configuration", () => {
  it("has the paths of a tenant at Entra ID, below the authority", async () => {
    const tenant = provider.issuer.replace(/\/v2\.0$/, "");
    expect(tenant).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]{36}$/);
    expect(await configuration()).toMatchObject({
      issuer: `${tenant}/v2.0`,
      authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
      token_endpoint: `${tenant}/oauth2/v2.0/token`,
      end_session_endpoint: `${tenant}/oauth2/v2.0/logout`,
      jwks_uri: provider.jwksUrl,
      code_challenge_methods_supported: ["S256"],
    });
  });

  it("can be read by a page of another origin", async () => {
    const url = `${provider.issuer}/.well-known/openid-configuration`;
    const { headers } = await fetch(url, { headers: { origin: PAGE } });
    expect(headers.get("access-control-allow-origin")).toBe(PAGE);
    expect(headers.get("vary")).toMatch(/origin/i);
  });
});

describe("a page with oidc-client-ts", () => {
  const makeClient = () =>
    new OidcClient({
      authority: provider.issuer,
      client_id: provider.clientId,
      redirect_uri: CALLBACK,
      post_logout_redirect_uri: SIGNED_OUT,
      scope: provider.scope,
      stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
      extraHeaders: { origin: PAGE }, // a browser adds it
    });

  const signInWith = async (client: OidcClient) => {
    const { url } = await client.createSigninRequest({ state: { back: "/conversations/1" } });
    const returned = await press(await fetch(url), { subject: ANA.id });
    return client.processSigninResponse(returned.headers.get("location") ?? "");
  };

  it("signs a person in", async () => {
    const response = await signInWith(makeClient());
    expect(response).toMatchObject({ userState: { back: "/conversations/1" }, expires_in: 3600 });
    expect(response.profile).toMatchObject({ oid: ANA.id, name: ANA.name });
    const { payload } = await verify(response.access_token, provider.audience);
    expect(payload).toMatchObject({ oid: ANA.id, roles: ANA.roles });
  });

  it("renews the access token with the refresh token, more than once", async () => {
    const client = makeClient();
    const first = await signInWith(client);
    const { profile, scope = "" } = first;
    const renew = (refresh_token = "") =>
      client.useRefreshToken({ state: { profile, scope, refresh_token, session_state: null, data: undefined } });
    clock.advance(3_000_000);
    const second = await renew(first.refresh_token);
    const third = await renew(second.refresh_token);
    expect(new Set([first, second, third].map(({ refresh_token }) => refresh_token)).size).toBe(3);
    clock.advance(3_000_000);
    await expect(verify(third.access_token, provider.audience)).resolves.toBeDefined();
    await expect(verify(first.access_token, provider.audience)).rejects.toMatchObject({ code: "ERR_JWT_EXPIRED" });
  });

  it("signs the person out and returns to the page", async () => {
    const client = makeClient();
    const { id_token } = await signInWith(client);
    const { url } = await client.createSignoutRequest({ id_token_hint: id_token ?? "", state: { why: "shift ended" } });
    const returned = await fetch(url, { redirect: "manual" });
    expect(returned.headers.get("location")).toMatch(new RegExp(`^${SIGNED_OUT}\\?state=`));
    const { userState } = await client.processSignoutResponse(returned.headers.get("location") ?? "");
    expect(userState).toEqual({ why: "shift ended" });
  });

  it("learns from a cancelled sign-in that it was cancelled", async () => {
    const client = makeClient();
    const { url } = await client.createSigninRequest({});
    const returned = await press(await fetch(url), { cancel: "true" });
    await expect(client.processSigninResponse(returned.headers.get("location") ?? "")).rejects.toMatchObject({
      error: "access_denied",
      error_description: expect.stringMatching(/^AADSTS65004: /),
    });
  });
});

describe("the page of people", () => {
  it("shows everyone with their roles, and escapes the names", async () => {
    const page = await authorize(authorization());
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const text = await page.text();
    expect(text).toContain("Ana &lt;3");
    expect(text).toContain("Reader, Writer");
    expect(text).toContain("No roles");
    expect(text).not.toContain("<script");
  });

  it("has a policy that allows its own styles, and its form to lead to the page that requested it", async () => {
    const page = await authorize(authorization());
    const policy = page.headers.get("content-security-policy") ?? "";
    const [, styles = ""] = /<style>([\s\S]*)<\/style>/.exec(await page.text()) ?? [];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'sha256-${createHash("sha256").update(styles).digest("base64")}'`);
    expect(policy).toContain(`form-action 'self' ${PAGE};`);
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it("returns a code and the state to the redirect URI, which keeps its query", async () => {
    const returned = await press(await authorize(authorization()), { subject: LUIS.id });
    const location = locationOf(returned);
    expect([returned.status, location.origin, location.pathname]).toEqual([303, PAGE, "/callback"]);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      from: "sign-in",
      code: expect.any(String),
      session_state: expect.any(String),
      state: "the state & more",
    });
  });

  it("returns the code in the fragment with response_mode=fragment", async () => {
    const page = await authorize(authorization({ response_mode: "fragment" }));
    const { hash, search } = locationOf(await press(page, { subject: ANA.id }));
    expect(search).toBe("?from=sign-in");
    expect(Object.fromEntries(new URLSearchParams(hash.slice(1)))).toMatchObject({
      code: expect.any(String),
      state: "the state & more",
    });
  });

  it.each(["login", "select_account", "consent"])("is shown with prompt=%s", async (prompt) => {
    expect((await authorize(authorization({ prompt }))).status).toBe(200);
  });

  it("is posted with a known person only", async () => {
    const returned = await press(await authorize(authorization()), { subject: "unknown" });
    expect(locationOf(returned).searchParams.get("error")).toBe("invalid_request");
  });

  it.each<[string, Changes]>([
    ["700016", { client_id: "another-client" }],
    ["900144", { client_id: undefined }],
    ["900144", { redirect_uri: undefined }],
    ["50011", { redirect_uri: `${PAGE}/callback` }],
    ["50011", { redirect_uri: `${CALLBACK}&more=1` }],
    ["50011", { redirect_uri: CALLBACK.toUpperCase() }],
    ["50011", { redirect_uri: "https://evil.example/callback" }],
  ])("is an error page with AADSTS%s, and no redirect, for %j", async (code, changes) => {
    const response = await authorize(authorization(changes));
    expect(response.status).toBe(400);
    expect(response.headers.has("location")).toBe(false);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await response.text()).toContain(`AADSTS${code}: `);
  });

  it.each<[string, number, Changes]>([
    ["unsupported_response_type", 700054, { response_type: "token" }],
    ["invalid_request", 900144, { response_type: undefined }],
    ["invalid_request", 900144, { scope: undefined }],
    ["invalid_scope", 70011, { scope: "openid offline_access" }],
    ["invalid_request", 9002325, { code_challenge: undefined }],
    ["invalid_request", 9002325, { code_challenge_method: undefined }],
    ["invalid_request", 9002325, { code_challenge_method: "plain" }],
    ["invalid_request", 501491, { code_challenge: "short" }],
    ["invalid_request", 90023, { response_mode: "form_post" }],
    ["invalid_request", 90023, { prompt: "soon" }],
    ["login_required", 50058, { prompt: "none" }],
  ])("returns the error %s with AADSTS%i to the redirect URI for %j", async (error, code, changes) => {
    const response = await authorize(authorization(changes));
    expect(response.status).toBe(302);
    const location = locationOf(response);
    expect(location.href.startsWith(CALLBACK)).toBe(true);
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      error,
      error_description: expect.stringMatching(new RegExp(`^AADSTS${code}: `)),
      state: "the state & more",
    });
  });

  it("is an error page for a repeated parameter", async () => {
    const parameters = authorization();
    parameters.append("redirect_uri", "https://evil.example/callback");
    const response = await authorize(parameters);
    expect([response.status, response.headers.has("location")]).toEqual([400, false]);
    expect(await response.text()).toContain("AADSTS9000411: ");
  });

  it("refuses a scope that is not registered", async () => {
    const response = await authorize(authorization({ scope: `${provider.scope} User.Read` }));
    expect(locationOf(response).searchParams.get("error")).toBe("invalid_scope");
  });

  it("accepts a redirect URI that is registered while the provider runs", async () => {
    const redirect_uri = "http://127.0.0.1:5173/callback";
    expect((await authorize(authorization({ redirect_uri }))).status).toBe(400);
    provider.addRedirectUri(redirect_uri);
    expect((await authorize(authorization({ redirect_uri }))).status).toBe(200);
  });
});

describe("a redirect URI", () => {
  it.each(["/callback", "127.0.0.1", "mailto:ana@example.com", "http://127.0.0.1/#callback"])("cannot be %j", (uri) => {
    expect(() => provider.addRedirectUri(uri)).toThrow(`${uri} cannot be a redirect URI`);
  });
});

describe("the tokens for a code", () => {
  it("are those of Entra ID", async () => {
    const response = await requestTokens(redemption(await signIn()));
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      token_type: "Bearer",
      scope: `api://${provider.audience}/access_as_user`,
      expires_in: 3600,
      ext_expires_in: 3600,
      access_token: expect.any(String),
      id_token: expect.any(String),
      refresh_token: expect.any(String),
    });
  });

  it("are an access token for the API", async () => {
    const { access_token } = await redeem(await signIn());
    const { payload } = await verify(access_token, provider.audience);
    expect(payload).toMatchObject({
      oid: ANA.id,
      sub: expect.any(String),
      tid: provider.issuer.split("/").at(-2),
      ver: "2.0",
      azp: provider.clientId,
      scp: "access_as_user",
      roles: ANA.roles,
      name: ANA.name,
    });
  });

  it("are an ID token for the page, with the nonce", async () => {
    const { id_token } = await redeem(await signIn(ANA.id, { nonce: "the nonce" }));
    const { payload } = await verify(id_token, provider.clientId);
    expect(payload).toMatchObject({ oid: ANA.id, name: ANA.name, ver: "2.0", nonce: "the nonce" });
  });

  it("have no nonce that was not requested, and no roles of a person without roles", async () => {
    const { access_token, id_token } = await redeem(await signIn(LUIS.id));
    expect((await verify(id_token, provider.clientId)).payload).not.toHaveProperty("nonce");
    expect((await verify(access_token, provider.audience)).payload).not.toHaveProperty("roles");
  });

  it("have the same subject at every sign-in, and another one in each application", async () => {
    const subjects = async (token: string | undefined, audience: string) => (await verify(token, audience)).payload.sub;
    const [first, second] = [await redeem(await signIn()), await redeem(await signIn())];
    const inPage = await subjects(first.id_token, provider.clientId);
    expect(await subjects(second.id_token, provider.clientId)).toBe(inPage);
    expect(await subjects(first.access_token, provider.audience)).not.toBe(inPage);
  });

  it("have only the token that the scope contains", async () => {
    const tokens = await redeem(await signIn(ANA.id, { scope: `api://${provider.audience}/access_as_user` }));
    expect(tokens).not.toHaveProperty("id_token");
    expect(tokens).not.toHaveProperty("refresh_token");
  });

  it("live for the configured time", async () => {
    provider.tokenLifetimeSeconds = 300;
    const { access_token, ...rest } = await redeem(await signIn());
    expect(rest).toMatchObject({ expires_in: 300 });
    clock.advance(299_000 - 1_000);
    await expect(verify(access_token, provider.audience)).resolves.toBeDefined();
    clock.advance(3_000);
    await expect(verify(access_token, provider.audience)).rejects.toMatchObject({ code: "ERR_JWT_EXPIRED" });
  });
});

describe("a code", () => {
  it("is redeemed once", async () => {
    const code = await signIn();
    await redeem(code);
    expect(await errorOf(await requestTokens(redemption(code)))).toMatchObject(refusal(400, "invalid_grant", 54005));
  });

  it("is valid for a minute", async () => {
    const [early, late] = [await signIn(), await signIn()];
    clock.advance(50_000);
    await redeem(early);
    clock.advance(11_000);
    expect(await errorOf(await requestTokens(redemption(late)))).toMatchObject(refusal(400, "invalid_grant", 70008));
  });

  it.each<[number, string, number, Changes]>([
    [400, "invalid_grant", 70000, { code: "another code" }],
    [400, "invalid_grant", 500112, { redirect_uri: SIGNED_OUT }],
    [400, "invalid_grant", 501481, { code_verifier: "x".repeat(43) }],
    [400, "invalid_request", 9002325, { code_verifier: undefined }],
    [400, "invalid_request", 900144, { code: undefined }],
    [400, "invalid_request", 900144, { redirect_uri: undefined }],
    [400, "invalid_request", 900144, { client_id: undefined }],
    [400, "invalid_request", 900144, { grant_type: undefined }],
    [400, "unauthorized_client", 700016, { client_id: "another client" }],
    [400, "unsupported_grant_type", 70003, { grant_type: "password" }],
    [401, "invalid_client", 700025, { client_secret: "secret" }],
  ])("is refused with %i, %s and AADSTS%i for %j", async (status, error, code, changes) => {
    const response = await requestTokens(redemption(await signIn(), changes));
    expect(response.headers.get("access-control-allow-origin")).toBe(PAGE);
    expect(await errorOf(response)).toMatchObject(refusal(status, error, code));
  });
});

describe("a request for tokens", () => {
  it("is refused without an Origin, because only a browser redeems the codes of a page", async () => {
    const response = await requestTokens(redemption(await signIn()), {});
    expect(await errorOf(response)).toMatchObject(refusal(400, "invalid_request", 9002327));
  });

  it("is allowed to a page of another origin by the preflight request", async () => {
    const { status, headers } = await fetch((await configuration()).token_endpoint ?? "", {
      method: "OPTIONS",
      headers: {
        origin: PAGE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      },
    });
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe(PAGE);
    expect(headers.get("access-control-allow-methods")).toContain("POST");
    expect(headers.get("access-control-allow-headers")).toContain("content-type");
  });

  it("has no parameter twice", async () => {
    const form = redemption(await signIn());
    form.append("code", "another code");
    expect(await errorOf(await requestTokens(form))).toMatchObject(refusal(400, "invalid_request", 9000411));
  });

  it("must be a form", async () => {
    const response = await fetch((await configuration()).token_endpoint ?? "", {
      method: "POST",
      body: JSON.stringify(Object.fromEntries(redemption(await signIn()))),
      headers: { origin: PAGE },
    });
    expect(await errorOf(response)).toMatchObject(refusal(400, "invalid_request", 900144));
  });
});

describe("a refresh token", () => {
  it("gets new tokens of the same person", async () => {
    const { refresh_token } = await redeem(await signIn(LUIS.id));
    clock.advance(3_000_000);
    const renewed = await refresh(refresh_token);
    const { payload } = await verify(renewed.access_token, provider.audience);
    expect(payload).toMatchObject({ oid: LUIS.id, iat: Math.floor(clock.now() / 1000) });
    expect(renewed.refresh_token).not.toBe(refresh_token);
  });

  it("gets an ID token only for the scope openid, and always another refresh token", async () => {
    const { refresh_token } = await redeem(await signIn());
    const scope = `api://${provider.audience}/access_as_user`;
    const renewed = await tokensOf(await requestTokens(refreshing(refresh_token, { scope })));
    expect(renewed).not.toHaveProperty("id_token");
    expect(renewed).toHaveProperty("refresh_token");
    expect(await refresh(refresh_token)).toHaveProperty("id_token");
  });

  it("stays valid when it has been used", async () => {
    const { refresh_token } = await redeem(await signIn());
    await refresh(refresh_token);
    await expect(refresh(refresh_token)).resolves.toBeDefined();
  });

  it("expires 24 hours after the sign-in, as do those that it was exchanged for", async () => {
    const { refresh_token } = await redeem(await signIn());
    clock.advance(23 * 3_600_000);
    const renewed = await refresh(refresh_token);
    clock.advance(3_600_000);
    for (const token of [refresh_token, renewed.refresh_token]) {
      const response = await requestTokens(refreshing(token));
      expect(await errorOf(response)).toMatchObject(refusal(400, "invalid_grant", 700084));
    }
  });

  it("survives a restart of the provider", async () => {
    const { refresh_token } = await redeem(await signIn());
    await provider.stop();
    await expect(configuration()).rejects.toThrow("fetch failed");
    await provider.start(Number(new URL(provider.url).port));
    await expect(refresh(refresh_token)).resolves.toBeDefined();
  });

  it.each<[number, string, number, Changes]>([
    [400, "invalid_grant", 9002313, { refresh_token: "another token" }],
    [400, "invalid_request", 900144, { refresh_token: undefined }],
    [400, "invalid_request", 900144, { scope: undefined }],
    [400, "invalid_scope", 70011, { scope: "openid" }],
    [400, "unauthorized_client", 700016, { client_id: "another client" }],
  ])("is refused with %i, %s and AADSTS%i for %j", async (status, error, code, changes) => {
    const { refresh_token } = await redeem(await signIn());
    const response = await requestTokens(refreshing(refresh_token, changes));
    expect(await errorOf(response)).toMatchObject(refusal(status, error, code));
  });
});

describe("a sign-out", () => {
  const signOut = async (parameters: Changes) =>
    fetch(`${(await configuration()).end_session_endpoint}?${parametersOf(parameters)}`, { redirect: "manual" });

  it("returns to a registered address", async () => {
    const response = await signOut({ post_logout_redirect_uri: SIGNED_OUT });
    expect([response.status, response.headers.get("location")]).toEqual([302, SIGNED_OUT]);
  });

  it.each([undefined, "https://evil.example/"])("shows a page for the address %j", async (uri) => {
    const response = await signOut({ post_logout_redirect_uri: uri });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("Signed out");
  });
});

describe("a fault", () => {
  it("fails as many requests for tokens as it says", async () => {
    const code = await signIn();
    provider.faults.failTokenRequests(1);
    const failure = await requestTokens(redemption(code));
    expect(failure.headers.get("access-control-allow-origin")).toBe(PAGE);
    expect(await errorOf(failure)).toMatchObject(refusal(503, "temporarily_unavailable", 90033));
    await expect(redeem(code)).resolves.toBeDefined();
  });

  it("refuses refresh tokens until it is removed", async () => {
    const { refresh_token } = await redeem(await signIn());
    provider.faults.refuseRefreshTokens(Number.POSITIVE_INFINITY);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const response = await requestTokens(refreshing(refresh_token));
      expect(await errorOf(response)).toMatchObject(refusal(400, "invalid_grant", 50173));
    }
    provider.faults.refuseRefreshTokens(0);
    await expect(refresh(refresh_token)).resolves.toBeDefined();
  });
});
