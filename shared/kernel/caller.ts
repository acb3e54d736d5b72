import * as z from "zod";
import type { AgentId } from "./ids.ts";

/** What a person may do: an app role of the registration in Microsoft Entra ID. */
export const roleSchema = z.enum(["Agent", "Supervisor", "Administrator"]);
export type Role = z.infer<typeof roleSchema>;

/** The person who makes a request. */
export interface Caller {
  /** The object id (`oid`) of the token. */
  readonly agentId: AgentId;
  readonly roles: readonly Role[];
}

/** Identifies the caller of a bearer token. */
export interface TokenVerifier {
  /**
   * @param token - as the `Authorization` header carries it, without the scheme.
   * @returns `undefined` when the token is not valid here: unreadable, expired, or with another signature, issuer or
   * audience.
   * @throws TransientError when the issuer's keys cannot be fetched.
   */
  verify(token: string): Promise<Caller | undefined>;
}

/** How a browser signs a person in, by OpenID Connect with code and PKCE. None of it is secret. */
export interface SignIn {
  /** The issuer, below which the browser finds the configuration of the identity provider. */
  readonly authority: string;
  readonly clientId: string;
  /** The scopes to request, separated by spaces. */
  readonly scope: string;
}

declare module "./ports.ts" {
  interface Ports {
    /** Undefined when the settings name no client for the console. */
    readonly signIn: SignIn | undefined;
  }
}
