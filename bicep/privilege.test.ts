import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type Resource, resourcesOf, snapshotOf, templates } from "./snapshot.ts";

// Every role assignment. A role that is added or widened fails this test: change the table with it.

const ROLES: Readonly<Record<string, string>> = {
  "09976791-48a7-449e-bb21-39d1a415f350": "Communication and Email Service Owner",
  "0ad04412-c4d5-4796-b79c-f76d14c8d402": "Durable Task Data Contributor",
  "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": "Storage Blob Data Reader",
  "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
  "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
  "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0": "Azure Service Bus Data Receiver",
  "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39": "Azure Service Bus Data Sender",
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
  "12cf5a90-567b-43ae-8102-96cf46c7d9b4": "Web PubSub Service Owner",
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
  "d6a5505f-6ebb-45a4-896e-ac8274cfc0ac": "Durable Task Data Reader",
  "00000000-0000-0000-0000-000000000002": "Cosmos DB Built-in Data Contributor",
};

const EVERYWHERE = [
  "app | Azure Service Bus Data Receiver | ServiceBus/namespaces/sb/queues/dispatch",
  "app | Azure Service Bus Data Receiver | ServiceBus/namespaces/sb/queues/outbound-sms",
  "app | Azure Service Bus Data Receiver | ServiceBus/namespaces/sb/queues/provider-events",
  "app | Azure Service Bus Data Receiver | ServiceBus/namespaces/sb/queues/work-items",
  "app | Azure Service Bus Data Sender | ServiceBus/namespaces/sb/queues/dispatch",
  "app | Azure Service Bus Data Sender | ServiceBus/namespaces/sb/queues/outbound-sms",
  "app | Azure Service Bus Data Sender | ServiceBus/namespaces/sb/queues/provider-events",
  "app | Azure Service Bus Data Sender | ServiceBus/namespaces/sb/queues/work-items",
  "app | Communication and Email Service Owner | Communication/communicationServices/acs",
  "app | Cosmos DB Built-in Data Contributor | DocumentDB/databaseAccounts/cosmos/dbs/hilo",
  "app | Durable Task Data Contributor | DurableTask/schedulers/dts/taskHubs/hilo",
  "app | Key Vault Secrets User | KeyVault/vaults/kv/secrets/thread-id-key",
  "app | Monitoring Metrics Publisher | Insights/components/appi",
  "app | Reader | ServiceBus/namespaces/sb",
  "app | Storage Blob Data Owner | Storage/storageAccounts/st",
];
const WITH_LIVE_UPDATES = ["app | Web PubSub Service Owner | SignalRService/webPubSub/wps"];
const WITH_DEAD_LETTERS = [
  "events | Storage Blob Data Contributor | Storage/storageAccounts/st/blobServices/default/containers/event-dead-letters",
];
const WITH_PROVIDERS = [
  "app | Key Vault Secrets User | KeyVault/vaults/kv/secrets/telesign-api-key",
  "app | Key Vault Secrets User | KeyVault/vaults/kv/secrets/telesign-customer-id",
  "app | Key Vault Secrets User | KeyVault/vaults/kv/secrets/twilio-account-sid",
  "app | Key Vault Secrets User | KeyVault/vaults/kv/secrets/twilio-api-key-secret",
  "app | Key Vault Secrets User | KeyVault/vaults/kv/secrets/twilio-api-key-sid",
  "app | Key Vault Secrets User | KeyVault/vaults/kv/secrets/twilio-auth-token",
  "app | Key Vault Secrets User | KeyVault/vaults/kv/secrets/twilio-secondary-auth-token",
];
const WITH_OPERATORS = [
  "operators | Azure Service Bus Data Receiver | ServiceBus/namespaces/sb/queues/dispatch",
  "operators | Azure Service Bus Data Receiver | ServiceBus/namespaces/sb/queues/outbound-sms",
  "operators | Azure Service Bus Data Receiver | ServiceBus/namespaces/sb/queues/provider-events",
  "operators | Azure Service Bus Data Receiver | ServiceBus/namespaces/sb/queues/work-items",
  "operators | Azure Service Bus Data Sender | ServiceBus/namespaces/sb/queues/dispatch",
  "operators | Azure Service Bus Data Sender | ServiceBus/namespaces/sb/queues/outbound-sms",
  "operators | Azure Service Bus Data Sender | ServiceBus/namespaces/sb/queues/provider-events",
  "operators | Azure Service Bus Data Sender | ServiceBus/namespaces/sb/queues/work-items",
  "operators | Durable Task Data Reader | DurableTask/schedulers/dts/taskHubs/hilo",
];

describe("the roles", () => {
  it.each([
    ["params/main.dev", [...EVERYWHERE, ...WITH_LIVE_UPDATES]],
    ["params/main.test", [...EVERYWHERE, ...WITH_LIVE_UPDATES, ...WITH_OPERATORS]],
    ["params/main.prod", [...EVERYWHERE, ...WITH_LIVE_UPDATES, ...WITH_OPERATORS]],
    ["params/events.prod", []],
    ["fixtures/other-switches", [...EVERYWHERE, ...WITH_DEAD_LETTERS, ...WITH_PROVIDERS]],
  ])("of %s are exactly these", (name, expected) => {
    expect(rolesOf(name)).toEqual(expected.toSorted());
  });

  it("are assigned to services and groups, never to a person", () => {
    const kinds = resourcesOf("params/main.prod", "Microsoft.Authorization/roleAssignments").map(
      ({ properties }) => `${holderOf(properties.principalId)} ${properties.principalType}`,
    );
    expect(new Set(kinds)).toEqual(new Set(["app ServicePrincipal", "operators Group"]));
  });
});

describe("keys", () => {
  it.each([
    ["Microsoft.Communication/communicationServices", { disableLocalAuth: true }],
    ["Microsoft.DocumentDB/databaseAccounts", { disableLocalAuth: true, disableKeyBasedMetadataWriteAccess: true }],
    ["Microsoft.Insights/components", { DisableLocalAuth: true }],
    ["Microsoft.KeyVault/vaults", { enableRbacAuthorization: true, enablePurgeProtection: true }],
    ["Microsoft.OperationalInsights/workspaces", { features: { disableLocalAuth: true } }],
    ["Microsoft.ServiceBus/namespaces", { disableLocalAuth: true }],
    ["Microsoft.SignalRService/webPubSub", { disableLocalAuth: true }],
    ["Microsoft.Storage/storageAccounts", { allowSharedKeyAccess: false, allowBlobPublicAccess: false }],
    ["Microsoft.Web/sites/basicPublishingCredentialsPolicies", { allow: false }],
  ])("are disabled: %s", (type, properties) => {
    const found = resourcesOf("params/main.prod", type);
    expect(found).not.toEqual([]);
    for (const resource of found) expect(resource.properties).toMatchObject(properties);
  });

  it("are read by no template and appear in no parameter file", () => {
    const suspicious = /\blist[A-Z]\w*\(|\.list[A-Z]\w*\(|SharedAccessKey|AccountKey|accesskey/;
    expect(
      templates()
        .filter(({ source }) => suspicious.test(source))
        .map(({ path }) => path),
    ).toEqual([]);
    const parameterFiles = templates().filter(({ path }) => path.endsWith(".bicepparam"));
    for (const { source } of parameterFiles) expect(source).not.toMatch(/param \w*(key|secret|password|token)\w* =/i);
  });
});

const idSchema = z.string();

const rolesOf = (name: string): readonly string[] =>
  snapshotOf(name)
    .predictedResources.filter(({ type }) => type.endsWith("/roleAssignments") || type.endsWith("/sqlRoleAssignments"))
    .map(({ id, type, properties }: Resource) => {
      const role = ROLES[idSchema.parse(properties.roleDefinitionId).split("/").at(-1) ?? ""];
      const scope = type.endsWith("sqlRoleAssignments") ? idSchema.parse(properties.scope) : scopeIn(id);
      return `${holderOf(properties.principalId)} | ${role} | ${shortened(scope)}`;
    })
    .toSorted();

/** The scope of a role assignment. An id with the principal of an identity is an expression. */
const scopeIn = (id: string): string => {
  const [, scope] = /^\[extensionResourceId\('([^']+)', /.exec(id) ?? [];
  return scope ?? id.replace(/\/providers\/Microsoft\.Authorization\/.*$/, "");
};

/** The holder of a role: one of the two identities, or the group of operators. */
const holderOf = (principal: unknown): string => {
  const [, identity] = /format\('(\w+)Identity-\{0\}'/.exec(String(principal)) ?? [];
  return identity ?? (principal === "00000000-0000-0000-0000-000000000004" ? "operators" : String(principal));
};

/** Removes the subscription, the group, the environment and the unique suffix. */
const shortened = (scope: string): string =>
  scope
    .replace(/^.*?\/providers\/Microsoft\./, "")
    .replace(/\b(sb|acs|cosmos|dts|appi|wps)-hilo-[\w-]+/, "$1")
    .replace(/\bkv-[\w-]+/, "kv")
    .replace(/\bsthilo\w+/, "st");
