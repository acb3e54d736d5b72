import { type Config, loadConfig } from "../../infra/config/config.ts";

/** Settings that name the parts which a test uses; the others are nowhere. */
export const configOf = (some: Readonly<Record<string, string>>): Config =>
  loadConfig({
    COSMOS_CONNECTION_STRING: "AccountEndpoint=http://127.0.0.1:1/;AccountKey=bm93aGVyZQ==;",
    SERVICE_BUS: "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=nobody;SharedAccessKey=nothing;",
    ACS_CONNECTION_STRING: "endpoint=http://127.0.0.1:1/;accesskey=bm93aGVyZQ==",
    THREAD_ID_KEY: Buffer.alloc(32).toString("base64"),
    AUTH_ISSUER: "http://127.0.0.1:1",
    AUTH_AUDIENCE: "nobody",
    AUTH_JWKS_URL: "http://127.0.0.1:1/jwks",
    ...some,
  });
