import { errors, jwtVerify } from "jose";
import * as z from "zod";
import type { Clock } from "../clock.ts";

/** One text, or a list of them: the SDK writes either. */
const textsSchema = z.union([z.string().transform((text) => [text]), z.array(z.string())]).default([]);

/** The claims of a client's token. Source: "Generate client access token", Azure Web PubSub REST reference. */
const clientClaimsSchema = z.object({
  sub: z.string().optional(),
  exp: z.number(),
  role: textsSchema,
  "webpubsub.group": textsSchema,
});

/** Claims of a verified token. */
export interface ClientClaims {
  readonly userId: string | undefined;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** Verifies tokens that are signed with the access key. Its text is the secret: it is not decoded. */
export class Tokens {
  readonly #clock: Clock;
  readonly #secret: Uint8Array;

  constructor(clock: Clock, accessKey: string) {
    this.#clock = clock;
    this.#secret = new TextEncoder().encode(accessKey);
  }

  /**
   * Whether a token authorizes a request of the app.
   * @param url - the URL of the request. The audience is this URL, with or without its query.
   */
  async authorizes(token: string, url: string): Promise<boolean> {
    return (await this.#claims(token, [url, withoutQuery(url)])) !== undefined;
  }

  /**
   * Verifies the token of a client.
   * @param audience - the URL that the client connects to, without its query.
   * @returns undefined when it is invalid or has expired.
   */
  async client(token: string, audience: string): Promise<ClientClaims | undefined> {
    const parsed = clientClaimsSchema.safeParse(await this.#claims(token, [audience]));
    if (!parsed.success) return undefined;
    const { sub, role, exp } = parsed.data;
    return { userId: sub, roles: role, groups: parsed.data["webpubsub.group"], expiresAt: exp * 1000 };
  }

  async #claims(token: string, audience: string[]): Promise<unknown> {
    try {
      const currentDate = new Date(this.#clock.now());
      const options = { audience, currentDate, algorithms: ["HS256"], requiredClaims: ["exp"] };
      return (await jwtVerify(token, this.#secret, options)).payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}

const withoutQuery = (url: string): string => url.split("?")[0] ?? url;
