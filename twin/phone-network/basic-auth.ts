import type { HttpRequest } from "../http/server.ts";

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/**
 * What a request says in its Authorization header. Source: RFC 7617.
 * @returns "none" without the header; "malformed" when it is not basic authentication.
 */
export const basicCredentials = ({ headers }: HttpRequest): Credentials | "none" | "malformed" => {
  const { authorization } = headers;
  if (!authorization) return "none";
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? [];
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? "", "base64").toString("utf8")) ?? [];
  return user === undefined || password === undefined ? "malformed" : { user, password };
};
