import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Az } from "./az.ts";
import { UsageError } from "./command.ts";
import type { Environment } from "./deployment.ts";
import { rest, undefinedIfNotFound } from "./rest.ts";
import { type RetryOptions, retry } from "./retry.ts";

const GRAPH = "https://graph.microsoft.com/v1.0";

/** The client id of the Azure CLI, by which `az account get-access-token` asks for a token. Source: Azure CLI, _profile.py. */
const AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

/** The permission to call the API for the person who is signed in. Its id must never change. */
const SCOPE = {
  id: "5f0f4a4e-6f0c-4a58-9f3a-6b5f6a3f8d10",
  value: "access_as_user",
  type: "User",
  isEnabled: true,
  adminConsentDisplayName: "Use Hilo",
  adminConsentDescription: "Lets the application use Hilo for the person who is signed in.",
  userConsentDisplayName: "Use Hilo",
  userConsentDescription: "Lets the application use Hilo for you.",
} as const;

const roleSchema = z.looseObject({ id: z.guid(), value: z.string() });

/** The roles of the API. */
const ROLES = roleSchema
  .array()
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, "../app-roles.json"), "utf8")));

/** The names of the roles that a person or a program can have. */
export const ROLE_NAMES: readonly string[] = ROLES.map(({ value }) => value);
/** The role of the person who registers an environment. */
export const FIRST_ROLE = "Administrator";

const preAuthorizedSchema = z.object({ appId: z.string(), delegatedPermissionIds: z.array(z.string()) });

const applicationSchema = z.object({
  id: z.string(),
  appId: z.string(),
  identifierUris: z.array(z.string()).default([]),
  api: z
    .object({
      oauth2PermissionScopes: z.array(z.looseObject({ id: z.string() })).default([]),
      preAuthorizedApplications: z.array(preAuthorizedSchema).default([]),
    })
    .prefault({}),
  appRoles: z.array(z.looseObject({ id: z.string() })).default([]),
  spa: z.object({ redirectUris: z.array(z.string()).default([]) }).prefault({}),
});
type Application = z.infer<typeof applicationSchema>;

const principalSchema = z.object({ id: z.string() });
const assignmentsSchema = z.object({ value: z.array(z.object({ principalId: z.string(), appRoleId: z.string() })) });

/** An application of Entra ID is found by its `uniqueName`, which is set when it is created, and never changes. */
const apiName = (environment: Environment): string => `hilo-${environment}`;
const consoleName = (environment: Environment): string => `hilo-${environment}-console`;

const applicationUrl = (uniqueName: string): string => `${GRAPH}/applications(uniqueName='${uniqueName}')`;
const principalUrl = (appId: string): string => `${GRAPH}/servicePrincipals(appId='${appId}')`;

/** Another server of Entra ID may not know for seconds what was just created. */
const REPLICATION: RetryOptions = {
  attempts: 12,
  delayMs: 5_000,
  hint: "Entra ID takes seconds to make a new object known everywhere.",
};

/** What is registered for an environment. */
export interface Registration {
  /** The client id of the API: the audience of its tokens. */
  readonly audience: string;
  /** The client id of the console. */
  readonly consoleId: string;
}

export interface RegistrationOptions {
  readonly environment: Environment;
  /** The address of the app; undefined before its first deployment. */
  readonly appUrl: string | undefined;
  readonly retries?: RetryOptions;
}

/**
 * Registers the API and the console of an environment, or updates them. What others added to the registration stays.
 * @throws UsageError when Entra ID refuses a request.
 */
export const register = async (
  az: Az,
  { environment, appUrl, retries = REPLICATION }: RegistrationOptions,
): Promise<Registration> => {
  const withRetries = <T>(name: string, action: () => Promise<T>) => retry(name, action, retries);
  const before = await findApplication(az, apiName(environment));
  await upsert(az, applicationUrl(apiName(environment)), {
    displayName: `Hilo (${environment})`,
    signInAudience: "AzureADMyOrg",
    api: {
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: withoutIds(before?.api.oauth2PermissionScopes, [SCOPE.id]).concat(SCOPE),
    },
    appRoles: [
      ...withoutIds(
        before?.appRoles,
        ROLES.map(({ id }) => id),
      ),
      ...ROLES,
    ],
  });
  const api = await withRetries("Reading the registration", () => readApplication(az, apiName(environment)));
  const consoleApp = await registerConsole(az, { environment, appUrl, audience: api.appId, withRetries });
  // In a request after that of the scope: Entra ID does not find a scope that the same request defines.
  await withRetries("Pre-authorising the clients", () =>
    upsert(az, applicationUrl(apiName(environment)), {
      displayName: `Hilo (${environment})`,
      identifierUris: union(api.identifierUris, [`api://${api.appId}`]),
      api: { preAuthorizedApplications: preAuthorized(api, [AZURE_CLI, consoleApp.appId]) },
    }),
  );
  // Only people and programs with a role get a token.
  await withRetries("Creating the enterprise application", () =>
    upsert(az, principalUrl(api.appId), { appRoleAssignmentRequired: true }),
  );
  await withRetries("Creating the enterprise application", () => upsert(az, principalUrl(consoleApp.appId), {}));
  return { audience: api.appId, consoleId: consoleApp.appId };
};

interface ConsoleOptions extends Pick<RegistrationOptions, "environment" | "appUrl"> {
  readonly audience: string;
  readonly withRetries: <T>(name: string, action: () => Promise<T>) => Promise<T>;
}

/** The console has a registration for itself: Entra ID gives no application a token for itself by its URI. */
const registerConsole = async (
  az: Az,
  { environment, appUrl, audience, withRetries }: ConsoleOptions,
): Promise<Application> => {
  const before = await findApplication(az, consoleName(environment));
  const redirectUris = union(
    before?.spa.redirectUris ?? [],
    appUrl === undefined ? [] : [`${appUrl}/console/`, `${appUrl}/console/signed-out`],
  );
  await upsert(az, applicationUrl(consoleName(environment)), {
    displayName: `Hilo console (${environment})`,
    signInAudience: "AzureADMyOrg",
    spa: { redirectUris },
    requiredResourceAccess: [{ resourceAppId: audience, resourceAccess: [{ id: SCOPE.id, type: "Scope" }] }],
  });
  return withRetries("Reading the registration", () => readApplication(az, consoleName(environment)));
};

/**
 * Gives a person a role, unless the person has it.
 * @param person - the object id.
 * @returns whether it was given now.
 */
export const giveRole = async (
  az: Az,
  { audience, person, role }: { readonly audience: string; readonly person: string; readonly role: string },
): Promise<boolean> => {
  const appRoleId = ROLES.find(({ value }) => value === role)?.id ?? "";
  const resourceId = await principalIdOf(az, audience);
  const assigned = await assignmentsOf(az, resourceId);
  if (assigned.some((assignment) => assignment.principalId === person && assignment.appRoleId === appRoleId))
    return false;
  await rest(az, {
    method: "post",
    url: `${GRAPH}/servicePrincipals/${resourceId}/appRoleAssignedTo`,
    headers: JSON_HEADERS,
    body: { principalId: person, resourceId, appRoleId },
  });
  return true;
};

/** Whether a person or a program has the role. */
export const isRoleGiven = async (az: Az, audience: string, role: string): Promise<boolean> => {
  const appRoleId = ROLES.find(({ value }) => value === role)?.id;
  const assigned = await assignmentsOf(az, await principalIdOf(az, audience));
  return assigned.some((assignment) => assignment.appRoleId === appRoleId);
};

/**
 * Finds the client id of the API of an environment.
 * @throws UsageError that says how to register it.
 */
export const findAudience = async (az: Az, environment: Environment): Promise<string> => {
  const application = await findApplication(az, apiName(environment));
  if (application) return application.appId;
  throw new UsageError(`${environment} is not registered in Microsoft Entra ID. Run: npm run register -- --env ${environment}
Or give the client id of another registration: --audience, or HILO_API_AUDIENCE in the environment.`);
};

/** Finds the client id of the console of an environment. @returns undefined when the console is not registered. */
export const findConsole = async (az: Az, environment: Environment): Promise<string | undefined> =>
  (await findApplication(az, consoleName(environment)))?.appId;

/** The call that prints the client id of the API, for a shell. */
export const audienceOf = (environment: Environment): readonly string[] => clientIdOf(apiName(environment));

/** The call that prints the client id of the console, for a shell. */
export const consoleClientOf = (environment: Environment): readonly string[] => clientIdOf(consoleName(environment));

const clientIdOf = (uniqueName: string): readonly string[] => [
  "rest",
  "--method",
  "get",
  "--url",
  applicationUrl(uniqueName),
  "--query",
  "appId",
  "--output",
  "tsv",
];

const JSON_HEADERS = ["Content-Type=application/json"];

const upsert = (az: Az, url: string, body: unknown): Promise<unknown> =>
  rest(az, { method: "patch", url, headers: [...JSON_HEADERS, "Prefer=create-if-missing"], body });

const readApplication = async (az: Az, uniqueName: string): Promise<Application> =>
  applicationSchema.parse(await rest(az, { method: "get", url: applicationUrl(uniqueName) }));

const findApplication = (az: Az, uniqueName: string): Promise<Application | undefined> =>
  undefinedIfNotFound(readApplication(az, uniqueName));

const principalIdOf = async (az: Az, appId: string): Promise<string> =>
  principalSchema.parse(await rest(az, { method: "get", url: principalUrl(appId) })).id;

const assignmentsOf = async (az: Az, principalId: string) => {
  const url = `${GRAPH}/servicePrincipals/${principalId}/appRoleAssignedTo?$top=999`;
  return assignmentsSchema.parse(await rest(az, { method: "get", url })).value;
};

/** The clients that need no consent: those of the registration, and ours with our scope. */
const preAuthorized = ({ api }: Application, clients: readonly string[]): z.infer<typeof preAuthorizedSchema>[] => {
  const others = api.preAuthorizedApplications.filter(({ appId }) => !clients.includes(appId));
  const ours = clients.map((appId) => {
    const known = api.preAuthorizedApplications.find((client) => client.appId === appId);
    return { appId, delegatedPermissionIds: union(known?.delegatedPermissionIds ?? [], [SCOPE.id]) };
  });
  return [...others, ...ours];
};

const withoutIds = <T extends { readonly id: string }>(
  all: readonly T[] | undefined,
  ids: readonly string[],
): object[] => (all ?? []).filter(({ id }) => !ids.includes(id));

const union = (present: readonly string[], added: readonly string[]): string[] => [...new Set([...present, ...added])];
