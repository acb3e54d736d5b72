import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { builtWith, setUpComputer } from "../testing/fake-az.ts";

const SCRIPT = join(import.meta.dirname, "deploy.ts");

const SETTINGS = {
  HILO_LOCATION: "westeurope",
  HILO_DATA_LOCATION: "Europe",
  HILO_API_AUDIENCE: "00000000-0000-0000-0000-000000000003",
  HILO_ALERT_EMAIL: "alerts@example.com",
};

const CHECKS = ["version --output json", "bicep version", "account show --output json"];
const PARAMETERS = "bicep build-params --file bicep/params/main.dev.bicepparam --stdout";
const WHAT_IF =
  "deployment sub what-if --location westeurope --name hilo-dev --parameters bicep/params/main.dev.bicepparam";
const DEPLOYMENT = [
  "deployment sub create --location westeurope --name hilo-dev --parameters bicep/params/main.dev.bicepparam --output none",
  "deployment sub show --name hilo-dev --query properties.outputs --output json",
  "functionapp deployment source config-zip --resource-group rg-hilo-dev --name func-hilo-dev-x --src dist/hilo.zip --build-remote false",
  "deployment group create --resource-group rg-hilo-dev --name hilo-dev-events --parameters bicep/params/events.dev.bicepparam --output none",
];

const deploy = async (
  args: readonly string[],
  { answers = {}, input = "", settings = SETTINGS as NodeJS.ProcessEnv } = {},
) => {
  const run = await setUpComputer(answers);
  return run(process.execPath, [SCRIPT, ...args], { input, settings });
};

describe("npm run deploy", () => {
  it("shows what would change, asks, deploys, publishes, waits for the app, and then has events delivered", async () => {
    const { code, out, errors, calls } = await deploy(["--env", "dev"], { input: "y\n" });
    expect(errors).toBe("");
    expect(code).toBe(0);
    expect(calls).toEqual([...CHECKS, PARAMETERS, WHAT_IF, ...DEPLOYMENT]);
    expect(out).toContain("Deploy this to rg-hilo-dev in Pay-As-You-Go (0000)? [y/N]");
    expect(out.indexOf("says that all is well")).toBeLessThan(out.indexOf("== The events"));
    for (const place of ["/api/openapi.json", "portal.azure.com/workbook", "acs-hilo-dev-x", "kv-dev-x"]) {
      expect(out).toContain(place);
    }
  });

  it.each(["n\n", "\n", ""])("deploys nothing when the answer is %j", async (input) => {
    const { code, out, calls } = await deploy(["--env", "dev"], { input });
    expect(code).toBe(1);
    expect(out).toContain("Nothing was deployed.");
    expect(calls).toEqual([...CHECKS, PARAMETERS, WHAT_IF]);
  });

  it("does not ask with --yes, and hands options on as the settings of the parameter files", async () => {
    const { code, calls, settings } = await deploy(
      ["--env", "dev", "--yes", "--location", "eastus", "--data-location", "United States", "--operators-group", "g"],
      { settings: { ...SETTINGS, HILO_LOCATION: "westeurope" } },
    );
    expect(code).toBe(0);
    expect(calls[5]).toContain("deployment sub create --location eastus");
    expect(settings).toEqual({
      ...SETTINGS,
      HILO_LOCATION: "eastus",
      HILO_DATA_LOCATION: "United States",
      HILO_OPERATORS_GROUP_ID: "g",
    });
  });

  it("uses a group that is there, for those who may not make one", async () => {
    const { calls } = await deploy(["--env", "prod", "--resource-group", "team", "--yes"]);
    expect(calls.slice(3)).toEqual([
      "bicep build-params --file bicep/params/workload.prod.bicepparam --stdout",
      "deployment group what-if --resource-group team --name hilo-prod --parameters bicep/params/workload.prod.bicepparam",
      "deployment group create --resource-group team --name hilo-prod --parameters bicep/params/workload.prod.bicepparam --output none",
      "deployment group show --resource-group team --name hilo-prod --query properties.outputs --output json",
      "functionapp deployment source config-zip --resource-group team --name func-hilo-dev-x --src dist/hilo.zip --build-remote false",
      "deployment group create --resource-group team --name hilo-prod-events --parameters bicep/params/events.prod.bicepparam --output none",
    ]);
  });

  it("stops at the first step that does not end well", async () => {
    const { code, errors, calls } = await deploy(["--env", "dev", "--yes"], {
      answers: { "deployment sub create": { code: 1 } },
    });
    expect(code).toBe(1);
    expect(errors).toContain("This did not end well: az deployment sub create");
    expect(calls.at(-1)).toBe(DEPLOYMENT[0]);
  });

  it("names all that is missing, before anything is run", async () => {
    const { code, errors, calls } = await deploy(["--env", "staging"], { settings: {} });
    expect(code).toBe(1);
    for (const option of ["--env", "--location", "--data-location", "--audience", "--alert-email"]) {
      expect(errors).toContain(option);
    }
    expect(calls).toEqual([]);
  });

  it.each([
    { what: "an old Azure CLI", answers: { version: { out: '{"azure-cli":"2.59.1"}' } }, remedy: "az upgrade" },
    { what: "no Bicep", answers: { "bicep version": { code: 1 } }, remedy: "az bicep install" },
    { what: "an old Bicep", answers: { "bicep version": { out: "version 0.9.1" } }, remedy: "az bicep upgrade" },
    { what: "nobody logged in", answers: { "account show": { code: 1 } }, remedy: "az login" },
  ])("says what to do about $what", async ({ answers, remedy }) => {
    const { code, errors } = await deploy(["--env", "dev", "--yes"], { answers });
    expect(code).toBe(1);
    expect(errors).toContain(remedy);
  });

  it("says where to get the Azure CLI when there is none", async () => {
    const run = await setUpComputer();
    const { code, errors } = await run(process.execPath, [SCRIPT, "--env", "dev"], {
      settings: { ...SETTINGS, PATH: "/nowhere" },
    });
    expect(code).toBe(1);
    expect(errors).toContain("https://aka.ms/azure-cli");
  });

  it("prints with --dry-run the commands that it would run, for a shell, and runs none", async () => {
    const { code, out, calls } = await deploy(["--env", "dev", "--dry-run"]);
    expect(code).toBe(0);
    expect(calls).toEqual([]);
    expect(out).toContain(`az ${WHAT_IF}\nnpm run package\naz ${DEPLOYMENT[0]}\n`);
    expect(out).toContain(`az ${DEPLOYMENT[2]}`.replace("func-hilo-dev-x", '"$APP"'));
    expect(out).toContain(`az ${DEPLOYMENT[3]}`);
  });

  it("prints commands that make the same calls when they are pasted", async () => {
    const { out } = await deploy(["--env", "dev", "--dry-run"]);
    const commands = out.replace(/^curl.*$/m, "").replace("npm run package", "");
    const question = "deployment sub show --name hilo-dev --query properties.outputs.functionAppName.value";
    const run = await setUpComputer({ [question]: { out: "func-hilo-dev-x\n" } });
    const { code, calls } = await run("bash", ["-euc", commands]);
    expect(code).toBe(0);
    const isChange = (call: string) => !call.startsWith("deployment sub show");
    expect(calls.filter(isChange)).toEqual([WHAT_IF, ...DEPLOYMENT].filter(isChange));
  });
});

describe("npm run deploy of an environment that names secrets", () => {
  const naming = {
    "bicep build-params": { out: builtWith({ secretSettings: ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"] }) },
    "keyvault list": { out: '["kv-other","kv-dev-x"]' },
  };
  const VAULTS = "keyvault list --resource-group rg-hilo-dev --query [].name --output json";
  const secret = (name: string) =>
    `resource show --resource-group rg-hilo-dev --namespace Microsoft.KeyVault --parent vaults/kv-dev-x --resource-type secrets --name ${name}`;
  const asked = [
    VAULTS,
    ...["twilio-account-sid", "twilio-auth-token"].map((name) => `${secret(name)} --query id --output tsv`),
  ];

  it("looks first whether each is in the vault, and asks for no value", async () => {
    const { code, calls } = await deploy(["--env", "dev", "--yes"], { answers: naming });
    expect(code).toBe(0);
    expect(calls).toEqual([...CHECKS, PARAMETERS, ...asked, WHAT_IF, ...DEPLOYMENT]);
  });

  it("names those that are not there, says how to put them there, and goes no further", async () => {
    const absent = { code: 3, errors: "ERROR: (SecretNotFound) It was not found in this key vault." };
    const { code, errors, calls } = await deploy(["--env", "dev", "--yes"], {
      answers: { ...naming, [secret("twilio-auth-token")]: absent },
    });
    expect(code).toBe(1);
    expect(errors).toContain("not in the vault kv-dev-x:\n  twilio-auth-token\n");
    expect(errors).toContain("az keyvault secret set --vault-name kv-dev-x --name NAME --file FILE");
    expect(calls).toEqual([...CHECKS, PARAMETERS, ...asked]);
  });

  it.each([
    { what: "there is no group", answer: { code: 3, errors: "ERROR: (ResourceGroupNotFound) It could not be found." } },
    { what: "the group has no vault of it", answer: { out: '["kv-other"]' } },
  ])("says to deploy without them first when $what", async ({ answer }) => {
    const { code, errors, calls } = await deploy(["--env", "dev", "--yes"], {
      answers: { ...naming, "keyvault list": answer },
    });
    expect(code).toBe(1);
    expect(errors).toContain("Take them out of bicep/params/environments.bicep and deploy");
    expect(calls).toEqual([...CHECKS, PARAMETERS, VAULTS]);
  });

  it("does not take another failure for a secret that is missing", async () => {
    const { code, errors } = await deploy(["--env", "dev", "--yes"], {
      answers: { ...naming, "resource show": { code: 1, errors: "ERROR: (AuthorizationFailed)" } },
    });
    expect(code).toBe(1);
    expect(errors).toContain("AuthorizationFailed");
    expect(errors).not.toContain("not in the vault");
  });
});

describe("the README", () => {
  it("deploys by its commands, word for word", async () => {
    const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
    const [, commands = ""] = /^## Deploying it\n[\s\S]*?```sh\n([\s\S]*?)```/m.exec(readme) ?? [];
    const run = await setUpComputer({ "ad app create": { out: "00000000-0000-0000-0000-000000000003\n" } });
    const { code, out, errors, calls } = await run("bash", ["-euc", commands], { input: "y\n" });
    expect(code, errors).toBe(0);
    expect(out).toContain("Hilo runs in rg-hilo-dev.");
    expect(calls).toEqual([
      "login",
      "ad app create --display-name hilo --sign-in-audience AzureADMyOrg --requested-access-token-version 2 --app-roles @bicep/app-roles.json --query appId --output tsv",
      "ad sp create --id 00000000-0000-0000-0000-000000000003",
      ...CHECKS,
      PARAMETERS,
      ...[WHAT_IF, ...DEPLOYMENT].map((call) => call.replace("--location westeurope", "--location eastus")),
    ]);
  });
});
