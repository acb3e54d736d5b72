import type { Container, Database } from "@azure/cosmos";
import type { Config } from "../config.ts";
import { credentialFor } from "../credential.ts";
import { lazy } from "../lazy.ts";

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
} as const;
export type ContainerName = keyof typeof CONTAINERS;

/** Sorts that need an index of their own. */
export const COMPOSITE_INDEXES: Partial<
  Record<ContainerName, { path: string; order: "ascending" | "descending" }[][]>
> = {
  conversations: [
    [
      { path: "/priority", order: "ascending" },
      { path: "/queuedAt", order: "ascending" },
    ],
  ],
};

/** Waits of the SDK when it is throttled; past them the caller's own retry takes over. */
const RETRY = { maxRetryAttemptCount: 5, fixedRetryIntervalInMilliseconds: 0, maxWaitTimeInSeconds: 10 };

export const connectCosmos = (config: Config): Containers => {
  const database = lazy(() => open(config));
  return async (name) => (await database()).container(name);
};

const open = async ({ cosmos, identityClientId }: Config): Promise<Database> => {
  const { CosmosClient } = await import("@azure/cosmos");
  const client =
    cosmos.kind === "identity"
      ? new CosmosClient({
          endpoint: cosmos.endpoint,
          aadCredentials: await credentialFor(identityClientId),
          connectionPolicy: { retryOptions: RETRY },
        })
      : new CosmosClient({
          connectionString: cosmos.connectionString,
          connectionPolicy: { retryOptions: RETRY },
        });
  return client.database(cosmos.database);
};
