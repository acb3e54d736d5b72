import * as z from "zod";
import type { ProviderName } from "../../shared/sms/provider.ts";
import type { ConfiguredProvider } from "../providers/provider-setup.ts";
import { PROVIDER_SETUPS } from "../providers/registry.ts";
import { endpointIn } from "../web-pubsub/endpoint.ts";
import { type Connection, connectionOf } from "./connection.ts";
import { problemsOf } from "./setting-problems.ts";

/** As long as the hash that it is used for. Source: RFC 2104, 3. */
const MIN_KEY_BYTES = 32;

/** The settings of the app itself. Every provider adds its settings. */
const settingsSchema = z.object({
  COSMOS_ENDPOINT: z.url().optional(),
  COSMOS_CONNECTION_STRING: z.string().min(1).optional(),
  COSMOS_DATABASE: z.string().min(1).default("hilo"),
  SERVICE_BUS__fullyQualifiedNamespace: z.string().min(1).optional(),
  SERVICE_BUS: z.string().min(1).optional(),
  WEB_PUBSUB_ENDPOINT: z.url().optional(),
  WEB_PUBSUB_CONNECTION_STRING: z
    .string()
    .refine((value) => endpointIn(value) !== undefined, "must be Endpoint=<URL>;AccessKey=<key>")
    .optional(),
  AUTH_ISSUER: z.url(),
  AUTH_AUDIENCE: z.string().min(1),
  AUTH_JWKS_URL: z.url(),
  /** The client id by which the console signs people in. Without it, the console cannot be used. */
  AUTH_CONSOLE_CLIENT_ID: z.string().min(1).optional(),
  /** Base64 of at least 32 random bytes. It must never change, because thread ids are made with it. */
  THREAD_ID_KEY: z.base64().refine((key) => Buffer.from(key, "base64").length >= MIN_KEY_BYTES, {
    message: `must be the base64 of at least ${MIN_KEY_BYTES} bytes`,
  }),
  /** The address at which providers call the app, without a slash at the end. Required for those that do. */
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !url.endsWith("/"), "must not end with a slash")
    .optional(),
  /** The client id of a user-assigned identity; defaults to the system-assigned identity. */
  AZURE_CLIENT_ID: z.string().min(1).optional(),
});

/** How a service is reached: exactly one setting of each pair must be set. */
const CONNECTIONS = [
  ["COSMOS_ENDPOINT", "COSMOS_CONNECTION_STRING"],
  ["SERVICE_BUS__fullyQualifiedNamespace", "SERVICE_BUS"],
] as const;
/** How the service of the live updates is reached. Without it, consoles poll. */
const LIVE_CONNECTION = ["WEB_PUBSUB_ENDPOINT", "WEB_PUBSUB_CONNECTION_STRING"] as const;

/** The app's settings, checked. */
export interface Config {
  readonly cosmos: Connection & { readonly database: string };
  readonly serviceBus: Connection;
  /** Notifies consoles of changes. Without it, they poll. */
  readonly webPubSub: Connection | undefined;
  readonly auth: { readonly issuer: string; readonly audience: string; readonly jwksUrl: string };
  /** The client id by which the console signs people in. */
  readonly consoleClientId: string | undefined;
  /** Makes the providers that are set up. */
  readonly providers: Readonly<Record<ProviderName, NonNullable<ConfiguredProvider["make"]>>>;
  readonly publicUrl: string | undefined;
  readonly threadIdKey: Buffer;
  /** Names of settings that Azure should have read from the vault, and has not. */
  readonly unresolvedSettings: readonly string[];
  readonly identityClientId: string | undefined;
}

/** The names of all settings that the app reads. */
export const SETTING_NAMES: readonly string[] = [
  ...Object.keys(settingsSchema.shape),
  ...Object.values(PROVIDER_SETUPS).flatMap(({ settingNames }) => settingNames),
];

/** The beginning of a setting that Azure replaces by a secret. The app sees it when that failed. */
const VAULT_REFERENCE = "@Microsoft.KeyVault(";

/**
 * Reads the settings.
 * @throws Error that names every bad or missing setting, and no value.
 */
export const loadConfig = (environment: Readonly<Record<string, string | undefined>>): Config => {
  const present = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => (entry[1] ?? "") !== ""),
  );
  const unresolvedSettings = SETTING_NAMES.filter((name) => present[name]?.startsWith(VAULT_REFERENCE));
  const parsed = settingsSchema.safeParse(present);
  const configured = Object.entries(PROVIDER_SETUPS).map(
    ([name, setup]) => [name, setup.configure(present, present.PUBLIC_URL)] as const,
  );
  const problems = [
    ...(parsed.error ? problemsOf(parsed.error) : []),
    ...CONNECTIONS.filter((names) => names.filter((name) => present[name] !== undefined).length !== 1).map(
      ([byIdentity, byString]) => `set either ${byIdentity} or ${byString}, and not both`,
    ),
    ...(LIVE_CONNECTION.every((name) => present[name] !== undefined)
      ? [`set either ${LIVE_CONNECTION.join(" or ")}, and not both`]
      : []),
    ...configured.flatMap(([, provider]) => provider.problems),
  ];
  const providers = Object.fromEntries(configured.flatMap(([name, { make }]) => (make ? [[name, make]] : [])));
  if (problems.length === 0 && Object.keys(providers).length === 0) {
    problems.push(`set up a provider: ${Object.keys(PROVIDER_SETUPS).join(", ")}`);
  }
  if (!parsed.success || problems.length > 0) {
    const lines = new Set(problems.map((problem) => explainedBy(problem, unresolvedSettings)));
    throw new Error(`These settings are missing or wrong:\n  ${[...lines].join("\n  ")}`);
  }
  const settings = parsed.data;
  return {
    cosmos: {
      ...requireConnection(settings.COSMOS_ENDPOINT, settings.COSMOS_CONNECTION_STRING),
      database: settings.COSMOS_DATABASE,
    },
    serviceBus: requireConnection(settings.SERVICE_BUS__fullyQualifiedNamespace, settings.SERVICE_BUS),
    webPubSub: connectionOf(settings.WEB_PUBSUB_ENDPOINT, settings.WEB_PUBSUB_CONNECTION_STRING),
    auth: { issuer: settings.AUTH_ISSUER, audience: settings.AUTH_AUDIENCE, jwksUrl: settings.AUTH_JWKS_URL },
    consoleClientId: settings.AUTH_CONSOLE_CLIENT_ID,
    providers,
    publicUrl: settings.PUBLIC_URL,
    threadIdKey: Buffer.from(settings.THREAD_ID_KEY, "base64"),
    unresolvedSettings,
    identityClientId: settings.AZURE_CLIENT_ID,
  };
};

/** Replaces the problem of a setting that is wrong because it was not read from the vault. */
const explainedBy = (problem: string, unresolvedSettings: readonly string[]): string => {
  const name = unresolvedSettings.find((unresolved) => problem.startsWith(`${unresolved}: `));
  return name === undefined ? problem : `${name}: Azure has not resolved its Key Vault reference`;
};

/** The connection of a pair of settings, one of which is set. */
const requireConnection = (endpoint: string | undefined, connectionString: string | undefined): Connection => {
  const connection = connectionOf(endpoint, connectionString);
  if (!connection) throw new Error("a connection that was checked is missing");
  return connection;
};
