import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AUDIENCE, builtWith, CONSOLE_CLIENT, loggedLines, setUpFakeAz } from "../testing/fake-az.ts";

const SCRIPT = join(import.meta.dirname, "deploy.ts");
const FAKE_PACKAGE = join(import.meta.dirname, "../testing/fake-package.ts");

const SETTINGS = {
  HILO_LOCATION: "westeurope",
  HILO_DATA_LOCATION: "Europe",
  HILO_API_AUDIENCE: AUDIENCE,
  HILO_CONSOLE_CLIENT_ID: CONSOLE_CLIENT,
  HILO_ALERT_EMAIL: "alerts@example.com",
};

const CHECKS = ["version --output json", "account show --output json", "bicep version"];
const FIND_AUDIENCE =
  "rest --method get --url https://graph.microsoft.com/v1.0/applications(uniqueName='hilo-dev') --output json";
const FIND_CONSOLE = FIND_AUDIENCE.replace("'hilo-dev'", "'hilo-dev-console'");
const DELETED =
  "keyvault list-deleted --resource-type vault --query [].{name: name, vaultId: properties.vaultId} --output json";
const BUDGET =
  "rest --method get --url /subscriptions/{subscriptionId}/resourceGroups/rg-hilo-dev/providers/Microsoft.Consumption/budgets/hilo?api-version=2024-08-01 --output json";
const PARAMETERS = "bicep build-params --file bicep/params/main.dev.bicepparam --stdout";
const WHAT_IF =
  "deployment sub what-if --location westeurope --name hilo-dev --parameters bicep/params/main.dev.bicepparam";
const DEPLOYMENT = [
  "deployment sub create --location westeurope --name hilo-dev --parameters bicep/params/main.dev.bicepparam --output none",
  "deployment sub show --name hilo-dev --query properties.outputs --output json",
  BUDGET,
  "functionapp deployment source config-zip --resource-group rg-hilo-dev --name func-hilo-dev-x --src dist/hilo.zip --build-remote false",
  "deployment group create --resource-group rg-hilo-dev --name hilo-dev-events --parameters bicep/params/events.dev.bicepparam --output none",
];

/** @param options.hasPackage - whether the app is really built and packed, which takes seconds. */
const deploy = async (
  args: readonly string[],
  { answers = {}, input = "", settings = SETTINGS as NodeJS.ProcessEnv, hasPackage = false } = {},
) => {
  const run = await setUpFakeAz(answers);
  const preloaded = hasPackage ? [] : ["--import", FAKE_PACKAGE];
  return run(process.execPath, [...preloaded, SCRIPT, ...args], { input, settings });
};

describe("npm run deploy", () => {
  it("shows the changes, asks, deploys, publishes, waits for the app, and then connects the events", async () => {
    const { code, out, errors, calls } = await deploy(["--env", "dev"], { input: "y\n", hasPackage: true });
    expect(errors).toBe("");
    expect(code).toBe(0);
    expect(calls).toEqual([...CHECKS, DELETED, PARAMETERS, WHAT_IF, ...DEPLOYMENT]);
    expect(out).toContain("Deploy to rg-hilo-dev in Pay-As-You-Go (0000)? [y/N]");
    expect(out.indexOf("the app is healthy")).toBeLessThan(out.indexOf("== Events"));
    for (const place of ["/api/openapi.json", "portal.azure.com/workbook", "acs-hilo-dev-x", "kv-dev-x"]) {
      expect(out).toContain(place);
    }
    expect(out).toContain("No text was tried. When a number is connected: npm run try-text -- --env dev");
  });

  it.each(["n\n", "\n", ""])("deploys nothing when the answer is %j", async (input) => {
    const { code, out, calls } = await deploy(["--env", "dev"], { input });
    expect(code).toBe(1);
    expect(out).toContain("Nothing was deployed.");
    expect(calls).toEqual([...CHECKS, DELETED, PARAMETERS, WHAT_IF]);
  });

  it("does not ask with --yes, and passes options on as the environment variables of the parameter files", async () => {
    const { code, calls, settings } = await deploy(
      ["--env", "dev", "--yes", "--location", "eastus", "--data-location", "United States", "--operators-group", "g"],
      { settings: { ...SETTINGS, HILO_LOCATION: "westeurope" } },
    );
    expect(code).toBe(0);
    expect(calls).toContainEqual(expect.stringContaining("deployment sub create --location eastus"));
    expect(settings).toEqual({
      ...SETTINGS,
      HILO_LOCATION: "eastus",
      HILO_DATA_LOCATION: "United States",
      HILO_OPERATORS_GROUP_ID: "g",
    });
  });

  it("deploys into an existing group", async () => {
    const { calls } = await deploy(["--env", "prod", "--resource-group", "team", "--yes"]);
    expect(calls.slice(4)).toEqual([
      "bicep build-params --file bicep/params/workload.prod.bicepparam --stdout",
      "deployment group what-if --resource-group team --name hilo-prod --parameters bicep/params/workload.prod.bicepparam",
      "deployment group create --resource-group team --name hilo-prod --parameters bicep/params/workload.prod.bicepparam --output none",
      "deployment group show --resource-group team --name hilo-prod --query properties.outputs --output json",
      BUDGET.replace("rg-hilo-dev", "team"),
      "functionapp deployment source config-zip --resource-group team --name func-hilo-dev-x --src dist/hilo.zip --build-remote false",
      "deployment group create --resource-group team --name hilo-prod-events --parameters bicep/params/events.prod.bicepparam --output none",
    ]);
  });

  it("stops at the first step that fails", async () => {
    const { code, errors, calls } = await deploy(["--env", "dev", "--yes"], {
      answers: { "deployment sub create": { code: 1 } },
    });
    expect(code).toBe(1);
    expect(errors).toContain("Failed: az deployment sub create");
    expect(calls.at(-1)).toBe(DEPLOYMENT[0]);
  });

  it("names all missing options before it runs anything", async () => {
    const { code, errors, calls } = await deploy(["--env", "staging"], { settings: {} });
    expect(code).toBe(1);
    for (const option of ["--env", "--location", "--data-location", "--alert-email"]) {
      expect(errors).toContain(option);
    }
    expect(calls).toEqual([]);
  });

  it.each([
    { what: "an old Azure CLI", answers: { version: { out: '{"azure-cli":"2.59.1"}' } }, remedy: "az upgrade" },
    { what: "no Bicep", answers: { "bicep version": { code: 1 } }, remedy: "az bicep install" },
    { what: "an old Bicep", answers: { "bicep version": { out: "version 0.9.1" } }, remedy: "az bicep upgrade" },
    { what: "no login", answers: { "account show": { code: 1 } }, remedy: "az login" },
  ])("says what to do about $what", async ({ answers, remedy }) => {
    const { code, errors } = await deploy(["--env", "dev", "--yes"], { answers });
    expect(code).toBe(1);
    expect(errors).toContain(remedy);
  });

  it("says where to get the Azure CLI when it is not installed", async () => {
    const run = await setUpFakeAz();
    const { code, errors } = await run(process.execPath, [SCRIPT, "--env", "dev"], {
      settings: { ...SETTINGS, PATH: "/nowhere" },
    });
    expect(code).toBe(1);
    expect(errors).toContain("https://aka.ms/azure-cli");
  });

  it("prints the commands with --dry-run, and runs none", async () => {
    const { code, out, calls } = await deploy(["--env", "dev", "--dry-run"]);
    expect(code).toBe(0);
    expect(calls).toEqual([]);
    expect(out).toContain(`az ${WHAT_IF}\nnpm run package\naz ${DEPLOYMENT[0]}\n`);
    expect(out).toContain(`az ${DEPLOYMENT[3]}`.replace("func-hilo-dev-x", '"$APP"'));
    expect(out).toContain(`az ${DEPLOYMENT[4]}`);
  });

  it("prints commands that make the same calls when they are pasted into a shell", async () => {
    const { out } = await deploy(["--env", "dev", "--dry-run"]);
    const commands = out.replace(/^curl.*$/m, "").replace("npm run package", "");
    const outputCall = "deployment sub show --name hilo-dev --query properties.outputs.functionAppName.value";
    const run = await setUpFakeAz({ [outputCall]: { out: "func-hilo-dev-x\n" } });
    const { code, calls } = await run("bash", ["-euc", commands]);
    expect(code).toBe(0);
    const isChange = (call: string) => !call.startsWith("deployment sub show") && call !== BUDGET;
    expect(calls.filter(isChange)).toEqual([WHAT_IF, ...DEPLOYMENT].filter(isChange));
  });
});

describe("npm run deploy of an environment with secretSettings", () => {
  const withSecrets = {
    "bicep build-params": { out: builtWith({ secretSettings: ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"] }) },
    "keyvault list --": { out: '["kv-other","kv-dev-x"]' },
  };
  const VAULTS = "keyvault list --resource-group rg-hilo-dev --query [].name --output json";
  const secret = (name: string) =>
    `resource show --resource-group rg-hilo-dev --namespace Microsoft.KeyVault --parent vaults/kv-dev-x --resource-type secrets --name ${name}`;
  const checks = [
    VAULTS,
    ...["twilio-account-sid", "twilio-auth-token"].map((name) => `${secret(name)} --query id --output tsv`),
  ];

  it("checks first that every secret exists, and reads no value", async () => {
    const { code, calls } = await deploy(["--env", "dev", "--yes"], { answers: withSecrets });
    expect(code).toBe(0);
    expect(calls).toEqual([...CHECKS, DELETED, PARAMETERS, ...checks, WHAT_IF, ...DEPLOYMENT]);
  });

  it("names the missing secrets, says how to store them, and stops", async () => {
    const notFound = { code: 3, errors: "ERROR: (SecretNotFound) It was not found in this key vault." };
    const { code, errors, calls } = await deploy(["--env", "dev", "--yes"], {
      answers: { ...withSecrets, [secret("twilio-auth-token")]: notFound },
    });
    expect(code).toBe(1);
    expect(errors).toContain("not in the vault kv-dev-x:\n  twilio-auth-token\n");
    expect(errors).toContain("az keyvault secret set --vault-name kv-dev-x --name NAME --file FILE");
    expect(calls).toEqual([...CHECKS, DELETED, PARAMETERS, ...checks]);
  });

  it.each([
    {
      what: "the group does not exist",
      answer: { code: 3, errors: "ERROR: (ResourceGroupNotFound) It could not be found." },
    },
    { what: "the group has no vault of this environment", answer: { out: '["kv-other"]' } },
  ])("says to deploy without them first when $what", async ({ answer }) => {
    const { code, errors, calls } = await deploy(["--env", "dev", "--yes"], {
      answers: { ...withSecrets, "keyvault list --": answer },
    });
    expect(code).toBe(1);
    expect(errors).toContain("Remove them from bicep/params/environments.bicep and deploy");
    expect(calls).toEqual([...CHECKS, DELETED, PARAMETERS, VAULTS]);
  });

  it("reports any other failure as it is", async () => {
    const { code, errors } = await deploy(["--env", "dev", "--yes"], {
      answers: { ...withSecrets, "resource show": { code: 1, errors: "ERROR: (AuthorizationFailed)" } },
    });
    expect(code).toBe(1);
    expect(errors).toContain("AuthorizationFailed");
    expect(errors).not.toContain("not in the vault");
  });
});

describe("npm run deploy of an environment that was registered or deleted", () => {
  const { HILO_API_AUDIENCE: _, HILO_CONSOLE_CLIENT_ID: __, ...unnamed } = SETTINGS;

  it("finds the client ids of the API and of the console", async () => {
    const { code, calls, settings } = await deploy(["--env", "dev", "--yes"], { settings: unnamed });
    expect(code).toBe(0);
    expect(calls.slice(0, 6)).toEqual([...CHECKS, FIND_AUDIENCE, FIND_CONSOLE, DELETED]);
    expect(settings).toMatchObject({ HILO_API_AUDIENCE: AUDIENCE, HILO_CONSOLE_CLIENT_ID: CONSOLE_CLIENT });
  });

  it("takes the client id of another console", async () => {
    const { calls, settings } = await deploy(["--env", "dev", "--yes", "--console-client", "other"]);
    expect(calls).not.toContain(FIND_CONSOLE);
    expect(settings.HILO_CONSOLE_CLIENT_ID).toBe("other");
  });

  it("deploys without a client id of the console when it is not registered, and says so", async () => {
    const answers = { [FIND_CONSOLE.replace(" --output json", "")]: { code: 1, errors: "ERROR: Not Found({...})" } };
    const { code, out, settings } = await deploy(["--env", "dev", "--yes"], { settings: unnamed, answers });
    expect(code).toBe(0);
    expect(out).toContain("The console is not registered");
    expect(settings.HILO_CONSOLE_CLIENT_ID).toBeUndefined();
  });

  it("says how to register it when it is not", async () => {
    const answers = { "rest --method get --url https://graph": { code: 1, errors: "ERROR: Not Found({...})" } };
    const { code, errors, calls } = await deploy(["--env", "dev", "--yes"], { settings: unnamed, answers });
    expect(code).toBe(1);
    expect(errors).toContain("npm run register -- --env dev");
    expect(calls).toEqual([...CHECKS, FIND_AUDIENCE]);
  });

  const vaultIn = (group: string) => ({
    name: "kv-dev-x",
    vaultId: `/subscriptions/0/resourceGroups/${group}/providers/Microsoft.KeyVault/vaults/kv-dev-x`,
  });

  it("recovers the deleted vault of the environment, and no other", async () => {
    const deleted = (group: string) => ({ "keyvault list-deleted": { out: JSON.stringify([vaultIn(group)]) } });
    const ours = await deploy(["--env", "dev", "--yes"], { answers: deleted("RG-hilo-dev") });
    expect(ours.settings.HILO_RECOVER_VAULT).toBe("true");
    expect(ours.out).toContain("The vault kv-dev-x was deleted. It is recovered");
    const others = await deploy(["--env", "dev", "--yes"], { answers: deleted("rg-other") });
    expect(others.settings.HILO_RECOVER_VAULT).toBeUndefined();
  });

  it("goes on when the deployer may not list deleted vaults", async () => {
    const refused = { code: 1, errors: "ERROR: (AuthorizationFailed) The client does not have authorization." };
    const { code } = await deploy(["--env", "dev", "--yes"], { answers: { "keyvault list-deleted": refused } });
    expect(code).toBe(0);
  });
});

describe("npm run deploy of an environment with a changed budget", () => {
  const answers = { "bicep build-params": { out: builtWith({ monthlyBudget: 80 }) } };

  it("changes the amount and the recipient, keeps the start, and says so", async () => {
    const settings = { ...SETTINGS, HILO_ALERT_EMAIL: "night@example.com" };
    const { code, out, sent } = await deploy(["--env", "dev", "--yes"], { answers, settings });
    expect(code).toBe(0);
    expect(out).toContain("The monthly budget was 50, and is 80 now. Notifications go to night@example.com.");
    expect(sent).toMatchObject([
      {
        call: BUDGET.replace("--method get", "--method put"),
        body: {
          eTag: "1",
          properties: {
            amount: 80,
            timePeriod: { startDate: "2026-03-01" },
            notifications: { nearlySpent: { enabled: true, contactEmails: ["night@example.com"] } },
          },
        },
      },
    ]);
  });
});

describe("npm run deploy of an environment with dead letters of Event Grid", () => {
  const failing = (settings: Readonly<Record<string, unknown>>) => ({
    "bicep build-params": { out: builtWith(settings) },
    "deployment sub create": { code: 1 },
  });

  it("says what to do when Azure refuses the identity", async () => {
    const { errors } = await deploy(["--env", "dev", "--yes"], { answers: failing({ keepsDeadLetters: true }) });
    expect(errors).toContain("remove keepsDeadLetters of");
    const { errors: others } = await deploy(["--env", "dev", "--yes"], { answers: failing({}) });
    expect(others).not.toContain("keepsDeadLetters");
  });
});

describe("the text at the end of npm run deploy", () => {
  const QUERY = "rest --method post --url https://api.applicationinsights.io/v1/apps/insights-app/query";
  const hop = (line: object) => `hop: ${JSON.stringify({ durationMs: 5, traceId: "aaaa", ...line })}`;

  it("is asked for, and its arrival, way and trace are reported", async () => {
    const lines = [
      hop({ step: "outbound-sms", outcome: "sent", traceId: "another" }),
      hop({ step: "sms-received", outcome: "processed", conversationId: "0123.1" }),
      hop({ step: "work-items", outcome: "started", conversationId: "0123.1" }),
      hop({ step: "dispatch", outcome: "entered", queueId: "support", conversationIds: ["0123.1"] }),
    ];
    const answers = { [QUERY]: { out: loggedLines(lines) } };
    const { code, out, sent } = await deploy(["--env", "dev"], { input: "y\n\n", answers });
    expect(code).toBe(0);
    expect(out).toContain("Text any word to a number of this environment, then press Enter");
    expect(out).toContain("The text arrived:\n  2026-03-02T10:30:01Z  sms-received        processed (5 ms)");
    expect(out).toContain("dispatch            entered (5 ms)");
    expect(out).not.toContain("outbound-sms");
    expect(out).toContain("Its conversation is 0123.1.\nIts trace is aaaa");
    expect(sent[0]?.body.query).toMatch(
      /^traces\n\| where timestamp > datetime\(20.*Z\) and message startswith "hop: "/,
    );
  });

  it("is reported as quarantined when its number is not connected yet", async () => {
    const answers = {
      [QUERY]: { out: loggedLines([hop({ step: "sms-received", outcome: "quarantined: unknown-channel" })]) },
    };
    const { out } = await deploy(["--env", "dev", "--yes"], { input: "\n", answers });
    expect(out).toContain("quarantined: unknown-channel");
    expect(out).toContain('It is in quarantine: see "Replay quarantined events"');
  });

  it.each([
    { args: ["--skip-text"], input: "\n" },
    { args: [], input: "skip\n" },
    { args: [], input: "" },
  ])("is not waited for with %j", async ({ args, input }) => {
    const { code, out, calls } = await deploy(["--env", "dev", "--yes", ...args], { input });
    expect(code).toBe(0);
    expect(out).toContain("No text was tried.");
    expect(calls.filter((call) => call.startsWith(QUERY))).toEqual([]);
  });
});
