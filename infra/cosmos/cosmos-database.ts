import type { Container, Database } from "@azure/cosmos";
import type { Config } from "../config/config.ts";
import { credentialFor } from "../sdk/credential.ts";
import { once } from "../sdk/once.ts";

/** Gets a container by name; the connection is made at the first call. */
export type Containers = (name: ContainerName) => Promise<Container>;

/** The containers and their partition keys: one string each. */
export const CONTAINERS = {
  contacts: "/mobilePhone",
  conversations: "/threadId",
  messages: "/threadId",
  agents: "/id",
  settings: "/kind",
  quarantine: "/source",
  pace: "/id",
  audit: "/month",
} as const;
export type ContainerName = keyof typeof CONTAINERS;

interface IndexedPath {
  readonly path: string;
  readonly order: "ascending" | "descending";
}

const index = (order: IndexedPath["order"], ...paths: string[]): IndexedPath[] =>
  paths.map((path) => ({ path, order }));

/** Sorting by several members needs a composite index: one for every list, and one for the order of a queue. */
export const COMPOSITE_INDEXES: Readonly<Partial<Record<ContainerName, readonly IndexedPath[][]>>> = {
  contacts: [index("ascending", "/lastName", "/id")],
  conversations: [
    index("ascending", "/priority", "/queuedAt"),
    index("ascending", "/queuedAt", "/id"),
    index("descending", "/stateAt", "/id"),
    index("descending", "/consentAt", "/id"),
    index("descending", "/blockedAt", "/id"),
  ],
  messages: [index("descending", "/at", "/id")],
  agents: [index("ascending", "/name", "/id")],
  quarantine: [index("descending", "/quarantinedAt", "/id")],
  audit: [index("descending", "/at", "/id")],
};

/** The time to live of a document without one, in seconds, in the containers of which some documents expire. */
export const DEFAULT_TTL_SECONDS: Readonly<Partial<Record<ContainerName, number>>> = { messages: -1 };

/**
 * The consistency of the account: a read sees all earlier writes. Most reads use a weaker level at half the price,
 * because a write under an old etag is refused anyway.
 */
export const STRONG = "Strong";
const SESSION = "Session";

/** The retries of the SDK when it is throttled. After them, the caller's redelivery takes over. */
const RETRY = { maxRetryAttemptCount: 5, fixedRetryIntervalInMilliseconds: 0, maxWaitTimeInSeconds: 10 };

export const connectCosmos = (config: Config): Containers => {
  const database = once(() => open(config));
  return async (name) => (await database()).container(name);
};

const open = async ({ cosmos, identityClientId }: Config): Promise<Database> => {
  const { CosmosClient } = await (await import("../sdk/sdks.ts")).cosmos();
  const client =
    cosmos.kind === "identity"
      ? new CosmosClient({
          endpoint: cosmos.endpoint,
          aadCredentials: await credentialFor(identityClientId),
          connectionPolicy: { retryOptions: RETRY },
          consistencyLevel: SESSION,
        })
      : new CosmosClient({
          connectionString: cosmos.connectionString,
          connectionPolicy: { retryOptions: RETRY },
          consistencyLevel: SESSION,
        });
  return client.database(cosmos.database);
};
