import * as z from "zod";

/** As long as the hash that it is used for. Source: RFC 2104, 3. */
const LEAST_KEY_BYTES = 32;

/** A connection by identity, as Azure is used, or by a connection string, as the sample settings use the twin. */
const settingsSchema = z.object({
  COSMOS_ENDPOINT: z.url().optional(),
  COSMOS_CONNECTION_STRING: z.string().min(1).optional(),
  COSMOS_DATABASE: z.string().min(1).default("hilo"),
  SERVICE_BUS__fullyQualifiedNamespace: z.string().min(1).optional(),
  SERVICE_BUS: z.string().min(1).optional(),
  ACS_ENDPOINT: z.url().optional(),
  ACS_CONNECTION_STRING: z.string().min(1).optional(),
  AUTH_ISSUER: z.url(),
  AUTH_AUDIENCE: z.string().min(1),
  AUTH_JWKS_URL: z.url(),
  /** Base64 of at least 32 random bytes, made once: with another key, every thread would have another id. */
  THREAD_ID_KEY: z.base64().refine((key) => Buffer.from(key, "base64").length >= LEAST_KEY_BYTES, {
    message: `must be the base64 of at least ${LEAST_KEY_BYTES} bytes`,
  }),
  /** Which user-assigned identity to use; the system's own without it. */
  AZURE_CLIENT_ID: z.string().min(1).optional(),
});

/** Either of two settings says how a service is reached. */
const CONNECTIONS = [
  ["COSMOS_ENDPOINT", "COSMOS_CONNECTION_STRING"],
  ["SERVICE_BUS__fullyQualifiedNamespace", "SERVICE_BUS"],
  ["ACS_ENDPOINT", "ACS_CONNECTION_STRING"],
] as const;

/** How one service is reached. */
type Connection =
  | { readonly kind: "identity"; readonly endpoint: string }
  | { readonly kind: "connection-string"; readonly connectionString: string };

/** The app's settings, checked. */
export interface Config {
  readonly cosmos: Connection & { readonly database: string };
  readonly serviceBus: Connection;
  readonly acs: Connection;
  readonly auth: { readonly issuer: string; readonly audience: string; readonly jwksUrl: string };
  readonly threadIdKey: Buffer;
  readonly identityClientId: string | undefined;
}

/** The names of all settings that the app reads. */
export const SETTING_NAMES: readonly string[] = Object.keys(settingsSchema.shape);

/**
 * Reads the settings.
 * @throws Error that names every bad or missing setting, and no value.
 */
export const loadConfig = (environment: Readonly<Record<string, string | undefined>>): Config => {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = settingsSchema.safeParse(present);
  const problems = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`),
    ...CONNECTIONS.filter((names) => names.filter((name) => present[name] !== undefined).length !== 1).map(
      ([byIdentity, byString]) => `set either ${byIdentity} or ${byString}, and not both`,
    ),
  ];
  if (!parsed.success || problems.length > 0) {
    throw new Error(`These settings are missing or wrong:\n  ${problems.join("\n  ")}`);
  }
  const settings = parsed.data;
  return {
    cosmos: {
      ...connection(settings.COSMOS_ENDPOINT, settings.COSMOS_CONNECTION_STRING),
      database: settings.COSMOS_DATABASE,
    },
    serviceBus: connection(settings.SERVICE_BUS__fullyQualifiedNamespace, settings.SERVICE_BUS),
    acs: connection(settings.ACS_ENDPOINT, settings.ACS_CONNECTION_STRING),
    auth: { issuer: settings.AUTH_ISSUER, audience: settings.AUTH_AUDIENCE, jwksUrl: settings.AUTH_JWKS_URL },
    threadIdKey: Buffer.from(settings.THREAD_ID_KEY, "base64"),
    identityClientId: settings.AZURE_CLIENT_ID,
  };
};

const connection = (endpoint: string | undefined, connectionString: string | undefined): Connection =>
  endpoint === undefined
    ? { kind: "connection-string", connectionString: connectionString ?? "" }
    : { kind: "identity", endpoint };
