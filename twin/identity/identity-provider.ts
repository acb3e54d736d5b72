import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { text } from "node:stream/consumers";
import type { Clock } from "../clock.ts";
import { LocalHttpServer } from "../local-http-server.ts";
import {
  makeSigningKey,
  makeToken,
  type SigningKey,
  type Subject,
  TOKEN_LIFETIME_SECONDS,
  type TokenOverrides,
} from "./token.ts";

/** The app that the tokens are for: any client id will do, as long as it is always the same. */
const AUDIENCE = "0d8f7b52-6f0e-4c43-8a6d-2d1b5f3f9e77";

interface Answer {
  readonly status: number;
  readonly body: object;
}

/**
 * Issues signed tokens as Microsoft Entra ID does, to whoever asks: it has no passwords. Its key is made when it is first
 * needed and kept, so that tokens stay good when it is stopped and started on the same port.
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
   * @param port - 0 takes any free one.
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

  /** Where the public keys are found. Throws before the first start. */
  get jwksUrl(): string {
    return `${this.issuer}/jwks`;
  }

  /**
   * A token for a subject, good for an hour unless `overrides` say otherwise.
   * @throws Error when there is no such subject, or before the first start.
   */
  async token(subjectId: string, overrides: TokenOverrides = {}): Promise<string> {
    const subject = this.#subjects.get(subjectId);
    if (!subject) throw new Error(`There is no agent ${subjectId}`);
    return makeToken(subject, {
      issuer: this.issuer,
      audience: this.audience,
      now: this.#clock.now(),
      key: await this.#key(),
      overrides,
    });
  }

  #key(): Promise<SigningKey> {
    this.#signingKey ??= makeSigningKey();
    return this.#signingKey;
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { status, body } = await this.#answer(incoming).catch(failure);
    const type = status < 400 ? "application/json" : "application/problem+json";
    outgoing.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
  }

  async #answer(incoming: IncomingMessage): Promise<Answer> {
    const { pathname } = new URL(incoming.url ?? "/", this.issuer);
    switch (`${incoming.method} ${pathname}`) {
      case "POST /token":
        return this.#issue(await text(incoming));
      case "GET /agents":
        return { status: 200, body: { items: [...this.#subjects.values()] } };
      case "GET /jwks":
        return { status: 200, body: { keys: [(await this.#key()).publicJwk] } };
      case "GET /.well-known/openid-configuration":
        return { status: 200, body: this.#configuration() };
      default:
        return problem(404, `There is no ${incoming.method} ${pathname} here`);
    }
  }

  async #issue(body: string): Promise<Answer> {
    const agent = agentOf(body);
    if (agent === undefined) return problem(400, 'The body must be of the form { "agent": "<id>" }');
    if (!this.#subjects.has(agent)) {
      return problem(404, `There is no agent ${agent}`, { agents: [...this.#subjects.keys()] });
    }
    const access_token = await this.token(agent);
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

const agentOf = (body: string): string | undefined => {
  try {
    const { agent }: { agent?: unknown } = JSON.parse(body);
    return typeof agent === "string" ? agent : undefined;
  } catch {
    return undefined;
  }
};

/** Problem details, RFC 9457. */
const problem = (status: number, detail: string, more: object = {}): Answer => ({
  status,
  body: { type: "about:blank", title: STATUS_CODES[status], status, detail, ...more },
});

const failure = (error: unknown): Answer => problem(500, String(error));
