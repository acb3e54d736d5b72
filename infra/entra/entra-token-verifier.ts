import type { JWTVerifyGetKey } from "jose";
import * as z from "zod";
import { type Caller, roleSchema, type TokenVerifier } from "../../shared/kernel/caller.ts";
import { TransientError } from "../../shared/kernel/errors.ts";
import { agentIdSchema } from "../../shared/kernel/ids.ts";
import type { Now } from "../../shared/kernel/instant.ts";
import type { Config } from "../config.ts";
import { once } from "../sdk/once.ts";

/** How far the clocks of the issuer and of this app may be apart, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 60;

const claimsSchema = z.object({
  oid: agentIdSchema,
  // Roles that are not ours say nothing here.
  roles: z.array(z.string()).default([]),
});

/** What the library says when the issuer gives no keys, or no answer at all; all else that it says is about the token. */
const NO_KEYS = ["ERR_JOSE_GENERIC", "ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID"];

/** Tokens of Microsoft Entra ID: signed with RS256 by a key that the tenant publishes. */
export class EntraTokenVerifier implements TokenVerifier {
  readonly #auth: Config["auth"];
  readonly #now: Now;
  readonly #keys: () => Promise<JWTVerifyGetKey>;

  constructor(auth: Config["auth"], now: Now) {
    this.#auth = auth;
    this.#now = now;
    this.#keys = once(async () =>
      (await (await import("../sdk/sdks.ts")).jose()).createRemoteJWKSet(new URL(auth.jwksUrl)),
    );
  }

  async verify(token: string): Promise<Caller | undefined> {
    const { errors, jwtVerify } = await (await import("../sdk/sdks.ts")).jose();
    try {
      const { payload } = await jwtVerify(token, await this.#keys(), {
        issuer: this.#auth.issuer,
        audience: this.#auth.audience,
        algorithms: ["RS256"],
        requiredClaims: ["exp", "oid"],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(this.#now()),
      });
      const claims = claimsSchema.safeParse(payload);
      if (!claims.success) return undefined;
      const roles = claims.data.roles.flatMap((role) => roleSchema.safeParse(role).data ?? []);
      return { agentId: claims.data.oid, roles };
    } catch (cause) {
      if (cause instanceof errors.JOSEError && !NO_KEYS.includes(cause.code)) return undefined;
      throw new TransientError("the keys of the token issuer cannot be fetched", { cause });
    }
  }
}
