import { type Config, loadConfig } from "../../infra/config/config.ts";

/** A configuration for the services that a test uses. At the addresses of the other services, nothing listens. */
export const configOf = (some: Readonly<Record<string, string>>): Config =>
  loadConfig({
    COSMOS_CONNECTION_STRING: "AccountEndpoint=http://127.0.0.1:1/;AccountKey=bm93aGVyZQ==;",
    SERVICE_BUS: "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=none;SharedAccessKey=none;",
    ACS_CONNECTION_STRING: "endpoint=http://127.0.0.1:1/;accesskey=bm93aGVyZQ==",
    THREAD_ID_KEY: Buffer.alloc(32).toString("base64"),
    AUTH_ISSUER: "http://127.0.0.1:1",
    AUTH_AUDIENCE: "none",
    AUTH_JWKS_URL: "http://127.0.0.1:1/jwks",
    ...some,
  });
