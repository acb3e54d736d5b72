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
} as const;
export type ContainerName = keyof typeof CONTAINERS;

interface IndexedPath {
  readonly path: string;
  readonly order: "ascending" | "descending";
}

const index = (order: IndexedPath["order"], ...paths: string[]): IndexedPath[] =>
  paths.map((path) => ({ path, order }));

/** Sorts by several members need an index of their own: that of each list, and that of a queue in its order. */
export const COMPOSITE_INDEXES: Readonly<Partial<Record<ContainerName, readonly IndexedPath[][]>>> = {
  contacts: [index("ascending", "/lastName", "/id")],
  conversations: [
    index("ascending", "/priority", "/queuedAt"),
    index("ascending", "/queuedAt", "/id"),
    index("descending", "/stateAt", "/id"),
    index("descending", "/consentAt", "/id"),
  ],
  messages: [index("descending", "/at", "/id")],
  agents: [index("ascending", "/name", "/id")],
  quarantine: [index("descending", "/quarantinedAt", "/id")],
};

/**
 * The account's own consistency: a read sees every write before it. The client asks for less with most of its reads, at
 * half the price; what changes a document is refused anyway when it was read too old.
 */
export const STRONG = "Strong";
const USUAL = "Session";

/** Waits of the SDK when it is throttled; past them the caller's own retry takes over. */
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
          consistencyLevel: USUAL,
        })
      : new CosmosClient({
          connectionString: cosmos.connectionString,
          connectionPolicy: { retryOptions: RETRY },
          consistencyLevel: USUAL,
        });
  return client.database(cosmos.database);
};
