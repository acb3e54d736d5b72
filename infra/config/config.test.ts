import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROVIDER_SETUPS } from "../providers/registry.ts";
import { loadConfig, SETTING_NAMES } from "./config.ts";

const sample: { Values: Record<string, string> } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../local.settings.sample.json"), "utf8"),
);

/** Settings that the host reads and the app does not. */
const HOST_SETTINGS = ["FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", "DURABLE_TASK_SCHEDULER_CONNECTION_STRING"];

describe("loadConfig", () => {
  it("accepts the sample settings", () => {
    expect(loadConfig(sample.Values).cosmos).toMatchObject({ kind: "connection-string", database: "hilo" });
  });

  it("accepts identities in place of connection strings", () => {
    const config = loadConfig({
      COSMOS_ENDPOINT: "https://hilo.documents.azure.com:443/",
      SERVICE_BUS__fullyQualifiedNamespace: "hilo.servicebus.windows.net",
      ACS_ENDPOINT: "https://hilo.communication.azure.com",
      AUTH_ISSUER: "https://login.microsoftonline.com/tenant/v2.0",
      AUTH_AUDIENCE: "api",
      AUTH_JWKS_URL: "https://login.microsoftonline.com/tenant/discovery/v2.0/keys",
      THREAD_ID_KEY: sample.Values.THREAD_ID_KEY,
      AZURE_CLIENT_ID: "client",
    });
    expect(config.serviceBus).toEqual({ kind: "identity", endpoint: "hilo.servicebus.windows.net" });
    expect(config.identityClientId).toBe("client");
  });

  it("needs no Web PubSub, and accepts an identity or a connection string for it", () => {
    const settings = without(/^WEB_PUBSUB_/);
    const endpoint = "https://wps-hilo.webpubsub.azure.com";
    expect(loadConfig(settings).webPubSub).toBeUndefined();
    expect(loadConfig({ ...settings, WEB_PUBSUB_ENDPOINT: endpoint }).webPubSub).toEqual({
      kind: "identity",
      endpoint,
    });
    expect(problemsWith({ ...sample.Values, WEB_PUBSUB_ENDPOINT: endpoint })).toEqual([
      "set either WEB_PUBSUB_ENDPOINT or WEB_PUBSUB_CONNECTION_STRING, and not both",
    ]);
    expect(problemsWith({ ...settings, WEB_PUBSUB_CONNECTION_STRING: "AccessKey=c2VjcmV0" })).toEqual([
      "WEB_PUBSUB_CONNECTION_STRING: must be Endpoint=<URL>;AccessKey=<key>",
    ]);
  });

  it.each(["not base64!", Buffer.alloc(31).toString("base64")])(
    "refuses a key that is too short or malformed: %s",
    (key) => {
      expect(() => loadConfig({ ...sample.Values, THREAD_ID_KEY: key })).toThrow(/THREAD_ID_KEY/);
    },
  );

  it("names every problem in one message, and no value", () => {
    const wrong = { ...sample.Values, AUTH_ISSUER: "secret-nonsense", AUTH_AUDIENCE: "", COSMOS_ENDPOINT: "https://x" };
    const message = (() => {
      try {
        loadConfig(wrong);
        return "";
      } catch (error) {
        return String(error);
      }
    })();
    for (const name of ["AUTH_ISSUER", "AUTH_AUDIENCE", "COSMOS_ENDPOINT"]) expect(message).toContain(name);
    expect(message).not.toContain("secret-nonsense");
  });

  it("says that a wrong setting is a reference that was not resolved", () => {
    const THREAD_ID_KEY = "@Microsoft.KeyVault(SecretUri=https://kv.example/secrets/thread-id-key)";
    expect(problemsWith({ ...sample.Values, THREAD_ID_KEY })).toEqual([
      "THREAD_ID_KEY: Azure has not resolved its Key Vault reference",
    ]);
  });

  it("starts with an unresolved reference that is a valid value of its setting, and names the setting", () => {
    const TWILIO_AUTH_TOKEN = "@Microsoft.KeyVault(SecretUri=https://kv.example/secrets/twilio-auth-token)";
    expect(loadConfig({ ...sample.Values, TWILIO_AUTH_TOKEN }).unresolvedSettings).toEqual(["TWILIO_AUTH_TOKEN"]);
    expect(loadConfig(sample.Values).unresolvedSettings).toEqual([]);
  });

  it("refuses a connection string that the SDK cannot read, without quoting it", () => {
    const values = { ...sample.Values, ACS_CONNECTION_STRING: "accesskey=c2VjcmV0" };
    expect(() => loadConfig(values)).toThrow(/ACS_CONNECTION_STRING: must be endpoint=<URL>;accesskey=<key>$/m);
  });

  it("makes every provider that the sample sets up", () => {
    expect(Object.keys(loadConfig(sample.Values).providers)).toEqual(Object.keys(PROVIDER_SETUPS));
  });

  it("makes no provider without settings", () => {
    const values = without(/^(TWILIO|TELESIGN)_|^PUBLIC_URL$/);
    expect(Object.keys(loadConfig(values).providers)).toEqual(["acs"]);
  });

  it("requires a provider", () => {
    expect(() => loadConfig(without(/^(ACS|TWILIO|TELESIGN)_/))).toThrow("set up a provider: acs, telesign, twilio");
  });

  it.each([
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_API_KEY_SECRET",
    "TELESIGN_CUSTOMER_ID",
    "TELESIGN_API_KEY",
  ])("names %s when it is the only missing setting of its provider", (name) => {
    expect(problemsWith(without(new RegExp(`^${name}$`)))).toEqual([expect.stringMatching(`^${name}: `)]);
  });

  it.each([
    ["TWILIO_ACCOUNT_SID", "AC1"],
    ["TWILIO_API_KEY_SID", "AC1"],
    ["TWILIO_API_URL", "ftp://secret.example"],
    ["TWILIO_API_URL", "https://secret.example/"],
    ["TELESIGN_API_KEY", "not base64!"],
    ["TELESIGN_API_URL", "secret"],
  ])("names %s when it is %s, and does not quote it", (name, value) => {
    const problems = problemsWith({ ...sample.Values, [name]: value });
    expect(problems).toEqual([expect.stringMatching(`^${name}: `)]);
    expect(problems[0]).not.toContain(value);
  });

  it("requires PUBLIC_URL for a provider that calls the app, and names the provider", () => {
    expect(problemsWith(without(/^PUBLIC_URL$/))).toEqual([
      "PUBLIC_URL: must be set, because telesign calls the app",
      "PUBLIC_URL: must be set, because twilio calls the app",
    ]);
    expect(problemsWith({ ...sample.Values, PUBLIC_URL: "https://hilo.example/" })).toHaveLength(1);
    expect(problemsWith({ ...sample.Values, AUTH_ISSUER: "nonsense" })).toHaveLength(1);
  });

  it("has a sample of every setting except those of identities, and of no other", () => {
    const byIdentity = [
      "COSMOS_ENDPOINT",
      "SERVICE_BUS__fullyQualifiedNamespace",
      "ACS_ENDPOINT",
      "WEB_PUBSUB_ENDPOINT",
      "AZURE_CLIENT_ID",
    ];
    const expected = SETTING_NAMES.filter((name) => !byIdentity.includes(name)).concat(HOST_SETTINGS);
    expect(Object.keys(sample.Values).toSorted()).toEqual(expected.toSorted());
  });
});

const without = (names: RegExp): Record<string, string> =>
  Object.fromEntries(Object.entries(sample.Values).filter(([name]) => !names.test(name)));

const problemsWith = (values: Record<string, string>): readonly string[] => {
  try {
    loadConfig(values);
    return [];
  } catch (error) {
    return String(error).split("\n  ").slice(1);
  }
};
