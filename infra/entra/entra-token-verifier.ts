import type { JWTVerifyGetKey } from "jose";
import * as z from "zod";
import { type Caller, roleSchema, type TokenVerifier } from "../../shared/kernel/caller.ts";
import { TransientError } from "../../shared/kernel/errors.ts";
import { agentIdSchema } from "../../shared/kernel/ids.ts";
import type { Now } from "../../shared/kernel/instant.ts";
import type { Config } from "../config/config.ts";
import { once } from "../sdk/once.ts";
import { isFetchFault } from "../sdk/sdk-faults.ts";

/** Largest difference between the clocks of the issuer and of this app. */
const CLOCK_TOLERANCE_SECONDS = 60;

const claimsSchema = z.object({
  oid: agentIdSchema,
  // Roles of other apps are ignored.
  roles: z.array(z.string()).default([]),
});

/** Codes of jose for a response of the issuer without usable keys. Source: jose, util/errors and jwks/remote. */
const NO_KEYS_CODES: readonly string[] = ["ERR_JOSE_GENERIC", "ERR_JWKS_INVALID", "ERR_JWKS_TIMEOUT"];

/** Verifies tokens of Microsoft Entra ID, which are signed with RS256 by a key that the tenant publishes. */
export class EntraTokenVerifier implements TokenVerifier {
  readonly #auth: Config["auth"];
  readonly #now: Now;
  readonly #keys: () => Promise<JWTVerifyGetKey>;

  constructor(auth: Config["auth"], now: Now) {
    this.#auth = auth;
    this.#now = now;
    this.#keys = once(() => issuerKeys(new URL(auth.jwksUrl)));
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
      if (cause instanceof errors.JOSEError) return undefined; // the token is wrong
      throw cause;
    }
  }
}

/** The issuer's keys, cached. Getting one throws a TransientError while the issuer does not serve them. */
const issuerKeys = async (url: URL): Promise<JWTVerifyGetKey> => {
  const { createRemoteJWKSet, errors } = await (await import("../sdk/sdks.ts")).jose();
  const keyOf = createRemoteJWKSet(url);
  const isUnavailable = (cause: unknown): boolean =>
    isFetchFault(cause) || (cause instanceof errors.JOSEError && NO_KEYS_CODES.includes(cause.code));
  return async (header, token) => {
    try {
      return await keyOf(header, token);
    } catch (cause) {
      if (!isUnavailable(cause)) throw cause;
      throw new TransientError("cannot fetch the keys of the token issuer", { cause });
    }
  };
};
