import * as z from "zod";
import type { AgentId } from "./ids.ts";

/** What a person may do. They are the app roles of the registration in Microsoft Entra ID. */
export const roleSchema = z.enum(["Agent", "Supervisor", "Administrator"]);
export type Role = z.infer<typeof roleSchema>;

/** Who makes a request. */
export interface Caller {
  /** The object id (`oid`) of the token. */
  readonly agentId: AgentId;
  readonly roles: readonly Role[];
}

/** Tells who a bearer token belongs to. */
export interface TokenVerifier {
  /**
   * @returns nothing when the token is not one of ours: a wrong signature, issuer or audience, expired, or not readable.
   * @throws TransientError when the issuer's keys cannot be fetched.
   */
  verify(token: string): Promise<Caller | undefined>;
}
