import { beforeEach, describe, expect, it, vi } from "vitest";
import { roleSchema } from "../../shared/kernel/caller.ts";
import { FakeGraph } from "../testing/fake-graph.ts";
import { findAudience, giveRole, isRoleGiven, ROLE_NAMES, register } from "./registration.ts";

const AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const APP_URL = "https://func-hilo-dev-x.azurewebsites.net";
const RETRIES = { attempts: 5, delayMs: 1 };

let graph: FakeGraph;
beforeEach(() => {
  graph = new FakeGraph();
  vi.spyOn(console, "log").mockReturnValue();
});

const registerDev = (appUrl?: string) => register(graph, { environment: "dev", appUrl, retries: RETRIES });
const api = () => graph.applications.get("hilo-dev") ?? expect.fail();
const consoleApp = () => graph.applications.get("hilo-dev-console") ?? expect.fail();
const scopeId = () => api().api.oauth2PermissionScopes[0].id;

describe("a registration", () => {
  it("has an API with a URI, the scope, the roles, and tokens of version 2", async () => {
    expect(await registerDev()).toEqual({ audience: "app-hilo-dev", consoleId: "app-hilo-dev-console" });
    expect(api()).toMatchObject({
      displayName: "Hilo (dev)",
      signInAudience: "AzureADMyOrg",
      identifierUris: ["api://app-hilo-dev"],
      api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ value: "access_as_user", isEnabled: true }] },
    });
    expect(api().appRoles.map(({ value }: { value: string }) => value)).toEqual(roleSchema.options);
    expect(ROLE_NAMES).toEqual(roleSchema.options);
  });

  it("lets the Azure CLI and the console get tokens without a consent", async () => {
    await registerDev();
    expect(api().api.preAuthorizedApplications).toEqual([
      { appId: AZURE_CLI, delegatedPermissionIds: [scopeId()] },
      { appId: "app-hilo-dev-console", delegatedPermissionIds: [scopeId()] },
    ]);
    expect(consoleApp().requiredResourceAccess).toEqual([
      { resourceAppId: "app-hilo-dev", resourceAccess: [{ id: scopeId(), type: "Scope" }] },
    ]);
  });

  it("gives tokens only to people and programs with a role", async () => {
    await registerDev();
    expect(graph.principals.get("app-hilo-dev")).toMatchObject({ appRoleAssignmentRequired: true });
    expect(graph.principals.get("app-hilo-dev-console")).toBeDefined();
  });

  it("has the address of the console once the app is deployed", async () => {
    await registerDev();
    expect(consoleApp().spa.redirectUris).toEqual([]);
    await registerDev(APP_URL);
    expect(consoleApp().spa.redirectUris).toEqual([`${APP_URL}/console/`, `${APP_URL}/console/signed-out`]);
  });

  it("stays the same when it is repeated", async () => {
    await registerDev(APP_URL);
    const before = structuredClone([api(), consoleApp(), ...graph.principals.values()]);
    await registerDev(APP_URL);
    expect([api(), consoleApp(), ...graph.principals.values()]).toEqual(before);
    expect(graph.applications.size).toBe(2);
  });

  it("keeps what others added to it", async () => {
    await registerDev(APP_URL);
    const scope = { id: "other-scope", value: "read" };
    const role = { id: "other-role", value: "Auditor" };
    const client = { appId: "other-client", delegatedPermissionIds: [scopeId()] };
    api().identifierUris.push("https://hilo.example");
    api().api.oauth2PermissionScopes.push(scope);
    api().api.preAuthorizedApplications.push(client);
    api().appRoles.push(role);
    consoleApp().spa.redirectUris.push("http://localhost:7071/console/");
    await registerDev(APP_URL);
    expect(api().identifierUris).toContain("https://hilo.example");
    expect(api().api.oauth2PermissionScopes).toContainEqual(scope);
    expect(api().api.preAuthorizedApplications).toContainEqual(client);
    expect(api().appRoles).toContainEqual(role);
    expect(consoleApp().spa.redirectUris).toEqual([
      `${APP_URL}/console/`,
      `${APP_URL}/console/signed-out`,
      "http://localhost:7071/console/",
    ]);
  });

  it("waits until Entra ID shows a new application everywhere", async () => {
    graph.lag = 3;
    expect(await registerDev()).toMatchObject({ audience: "app-hilo-dev" });
  });

  it("is one for each environment", async () => {
    await registerDev();
    await register(graph, { environment: "prod", appUrl: undefined, retries: RETRIES });
    expect([...graph.applications.keys()]).toEqual(["hilo-dev", "hilo-dev-console", "hilo-prod", "hilo-prod-console"]);
  });
});

describe("a role", () => {
  it("is given once", async () => {
    const { audience } = await registerDev();
    const agent = { audience, person: "ana", role: "Agent" };
    expect(await isRoleGiven(graph, audience, "Agent")).toBe(false);
    expect(await giveRole(graph, agent)).toBe(true);
    expect(await giveRole(graph, agent)).toBe(false);
    expect(await isRoleGiven(graph, audience, "Agent")).toBe(true);
    expect(await isRoleGiven(graph, audience, "Administrator")).toBe(false);
    expect(graph.assignments).toMatchObject([{ principalId: "ana", resourceId: "principal-app-hilo-dev" }]);
  });
});

describe("findAudience", () => {
  it("finds the client id of the API", async () => {
    const { audience } = await registerDev();
    expect(await findAudience(graph, "dev")).toBe(audience);
  });

  it("says how to register an environment that is not", async () => {
    await expect(findAudience(graph, "prod")).rejects.toThrow("npm run register -- --env prod");
  });
});
