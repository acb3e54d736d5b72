import * as z from "zod";
import type { Clock } from "../clock.ts";
import { type ApiRoute, apiOf, jsonBody, problem } from "../http/api.ts";
import { makeAppServer } from "../http/app-server.ts";
import type { LocalHttpServer } from "../http/local-http-server.ts";
import { Faults } from "./faults.ts";
import { openIdConnectApp, PATHS } from "./openid-connect.ts";
import { Registration } from "./registration.ts";
import { SignIns } from "./sign-ins.ts";
import { type Subject, TOKEN_LIFETIME_SECONDS, type TokenOverrides } from "./token.ts";
import { TokenIssuer } from "./token-issuer.ts";

export interface IdentityProviderOptions {
  readonly clock: Clock;
  readonly subjects: readonly Subject[];
  /** The addresses that a page can be returned to after a sign-in or a sign-out; `addRedirectUri` adds more. */
  readonly redirectUris?: readonly string[];
  /** Lifetime of access and ID tokens; one hour by default. */
  readonly tokenLifetimeSeconds?: number;
  /** Receives a line for each request that fails by a defect. */
  readonly log?: (line: string) => void;
}

const tokenRequestSchema = z.object({ subject: z.string() });

/**
 * Issues signed tokens like those of Microsoft Entra ID, without authentication: to pages by OpenID Connect, and to
 * tests and command lines directly. Its key, codes and refresh tokens are kept over a stop and a new start.
 */
export class IdentityProvider {
  readonly faults = new Faults();
  readonly #registration: Registration;
  readonly #subjects: ReadonlyMap<string, Subject>;
  readonly #tokens: TokenIssuer;
  readonly #server: LocalHttpServer;

  /** @throws Error when a redirect URI is invalid. */
  constructor(options: IdentityProviderOptions) {
    const {
      clock,
      subjects,
      redirectUris = [],
      tokenLifetimeSeconds = TOKEN_LIFETIME_SECONDS,
      log = () => {},
    } = options;
    this.#registration = new Registration(redirectUris);
    this.#subjects = new Map(subjects.map((subject) => [subject.id, subject]));
    this.#tokens = new TokenIssuer({
      clock,
      registration: this.#registration,
      issuer: () => this.issuer,
      lifetimeSeconds: tokenLifetimeSeconds,
    });
    const openIdConnect = openIdConnectApp({
      clock,
      subjects: this.#subjects,
      registration: this.#registration,
      signIns: new SignIns(clock),
      tokens: this.#tokens,
      faults: this.faults,
      origin: () => this.url,
    });
    this.#server = makeAppServer("The identity provider", [openIdConnect, apiOf(this.#routes())], log);
  }

  /**
   * Listens on 127.0.0.1.
   * @param port - 0 picks a free port.
   * @throws the system's EADDRINUSE when the port is taken.
   */
  async start(port: number): Promise<void> {
    await this.#server.start(port);
  }

  /** Stops listening and closes all connections. */
  async stop(): Promise<void> {
    await this.#server.stop();
  }

  /** `http://127.0.0.1:PORT`. Throws before the first start. */
  get url(): string {
    return this.#server.origin;
  }

  /** The `iss` claim, and the authority of a page. Throws before the first start. */
  get issuer(): string {
    return `${this.url}${PATHS.issuer}`;
  }

  /** The address of the public keys. Throws before the first start. */
  get jwksUrl(): string {
    return `${this.url}${PATHS.keys}`;
  }

  /** The client id of the API: the `aud` claim of access tokens. */
  get audience(): string {
    return this.#registration.audience;
  }

  /** The client id of the page that people sign in to. */
  get clientId(): string {
    return this.#registration.clientId;
  }

  /** The scopes that the page requests, as one parameter. */
  get scope(): string {
    return this.#registration.scopes.join(" ");
  }

  get tokenLifetimeSeconds(): number {
    return this.#tokens.lifetimeSeconds;
  }

  /** Applies to tokens that are issued from now on. */
  set tokenLifetimeSeconds(seconds: number) {
    this.#tokens.lifetimeSeconds = seconds;
  }

  /**
   * Registers an address that a page can be returned to after a sign-in or a sign-out, for clients that know their port
   * only when they run.
   * @throws Error when it is not an absolute URL of http or https, or has a fragment.
   */
  addRedirectUri(uri: string): void {
    this.#registration.addRedirectUri(uri);
  }

  /**
   * Issues an access token to a subject.
   * @throws Error when there is no such subject, or before the first start.
   */
  async token(subjectId: string, overrides: TokenOverrides = {}): Promise<string> {
    const subject = this.#subjects.get(subjectId);
    if (!subject) throw new Error(`There is no subject ${subjectId}`);
    return this.#tokens.accessToken(subject, overrides);
  }

  #routes(): readonly ApiRoute[] {
    const routes: readonly ApiRoute[] = [
      {
        method: "POST",
        path: "/token",
        summary: "{ subject }: issues an access token",
        handle: async (c) => this.#issue(tokenRequestSchema.parse(await jsonBody(c)).subject),
      },
      {
        method: "GET",
        path: "/subjects",
        summary: "people and programs that tokens are issued to",
        handle: () => Response.json({ items: [...this.#subjects.values()] }),
      },
      { method: "GET", path: "/", summary: "this text", handle: (c) => c.text(this.#guide(routes)) },
    ];
    return routes;
  }

  async #issue(subjectId: string): Promise<Response> {
    if (!this.#subjects.has(subjectId)) {
      const subjects = [...this.#subjects.keys()];
      return problem(404, "Not found", { detail: `There is no subject ${subjectId}.`, members: { subjects } });
    }
    const access_token = await this.token(subjectId);
    return Response.json({ access_token, token_type: "Bearer", expires_in: this.tokenLifetimeSeconds });
  }

  #guide(routes: readonly ApiRoute[]): string {
    return [
      "The identity provider. A page signs people in by OpenID Connect with these settings:",
      "",
      `authority   ${this.issuer}`,
      `client id   ${this.clientId}`,
      `scope       ${this.scope}`,
      "",
      "Routes to get an access token without a page:",
      "",
      ...routes.map(({ method, path, summary }) => `${`${method} ${path}`.padEnd(16)} ${summary}`),
      "",
    ].join("\n");
  }
}
