import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { text } from "node:stream/consumers";
import type { Clock } from "../clock.ts";
import { LocalHttpServer } from "../http/local-http-server.ts";
import {
  generateSigningKey,
  type SigningKey,
  type Subject,
  signToken,
  TOKEN_LIFETIME_SECONDS,
  type TokenOverrides,
} from "./token.ts";

/** The client id of the app that the tokens are for. Arbitrary, but constant. */
const AUDIENCE = "0d8f7b52-6f0e-4c43-8a6d-2d1b5f3f9e77";

interface JsonResponse {
  readonly status: number;
  readonly body: object;
}

/**
 * Issues signed tokens like those of Microsoft Entra ID, without authentication. Its key is generated on first use and
 * kept, so that tokens stay valid when the provider is restarted on the same port.
 */
export class IdentityProvider {
  /** The `aud` claim. */
  readonly audience = AUDIENCE;
  readonly #clock: Clock;
  readonly #subjects: ReadonlyMap<string, Subject>;
  readonly #server = new LocalHttpServer("The identity provider", (request, response) => {
    void this.#serve(request, response);
  });
  #signingKey: Promise<SigningKey> | undefined;

  constructor({ clock, subjects }: { readonly clock: Clock; readonly subjects: readonly Subject[] }) {
    this.#clock = clock;
    this.#subjects = new Map(subjects.map((subject) => [subject.id, subject]));
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

  /** The `iss` claim, `http://127.0.0.1:PORT`. Throws before the first start. */
  get issuer(): string {
    return this.#server.origin;
  }

  /** The address of the public keys. Throws before the first start. */
  get jwksUrl(): string {
    return `${this.issuer}/jwks`;
  }

  /**
   * Issues a token to a subject. It is valid for an hour unless `overrides` change that.
   * @throws Error when there is no such subject, or before the first start.
   */
  async token(subjectId: string, overrides: TokenOverrides = {}): Promise<string> {
    const subject = this.#subjects.get(subjectId);
    if (!subject) throw new Error(`There is no subject ${subjectId}`);
    return signToken(subject, {
      issuer: this.issuer,
      audience: this.audience,
      now: this.#clock.now(),
      key: await this.#key(),
      overrides,
    });
  }

  #key(): Promise<SigningKey> {
    this.#signingKey ??= generateSigningKey();
    return this.#signingKey;
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { status, body } = await this.#route(incoming).catch((error) => problem(500, String(error)));
    const type = status < 400 ? "application/json" : "application/problem+json";
    outgoing.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
  }

  async #route(incoming: IncomingMessage): Promise<JsonResponse> {
    const { pathname } = new URL(incoming.url ?? "/", this.issuer);
    switch (`${incoming.method} ${pathname}`) {
      case "POST /token":
        return this.#issue(await text(incoming));
      case "GET /subjects":
        return { status: 200, body: { items: [...this.#subjects.values()] } };
      case "GET /jwks":
        return { status: 200, body: { keys: [(await this.#key()).publicJwk] } };
      case "GET /.well-known/openid-configuration":
        return { status: 200, body: this.#configuration() };
      default:
        return problem(404, `There is no ${incoming.method} ${pathname}`);
    }
  }

  async #issue(body: string): Promise<JsonResponse> {
    const subject = subjectOf(body);
    if (subject === undefined) return problem(400, 'The body must be of the form { "subject": "<id>" }');
    if (!this.#subjects.has(subject)) {
      return problem(404, `There is no subject ${subject}`, { subjects: [...this.#subjects.keys()] });
    }
    const access_token = await this.token(subject);
    return { status: 200, body: { access_token, token_type: "Bearer", expires_in: TOKEN_LIFETIME_SECONDS } };
  }

  #configuration(): object {
    return {
      issuer: this.issuer,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: this.jwksUrl,
      id_token_signing_alg_values_supported: ["RS256"],
      response_types_supported: ["token"],
      subject_types_supported: ["public"],
    };
  }
}

const subjectOf = (body: string): string | undefined => {
  try {
    const { subject }: { subject?: unknown } = JSON.parse(body);
    return typeof subject === "string" ? subject : undefined;
  } catch {
    return undefined;
  }
};

/** Problem details, RFC 9457. */
const problem = (status: number, detail: string, extensions: object = {}): JsonResponse => ({
  status,
  body: { type: "about:blank", title: STATUS_CODES[status], status, detail, ...extensions },
});
