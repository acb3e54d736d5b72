import { CosmosClient } from "@azure/cosmos";
import { COMPOSITE_INDEXES, CONTAINERS, type ContainerName, type Containers } from "../infra/cosmos/cosmos-database.ts";
import type { SampleOrganisation } from "./sample-organisation.ts";

/** Creates the database and its containers, as the deployment does in Azure. */
export const createDatabase = async (connectionString: string, name: string): Promise<Containers> => {
  const client = new CosmosClient({ connectionString });
  const { database } = await client.databases.createIfNotExists({ id: name });
  await Promise.all(
    (Object.keys(CONTAINERS) as ContainerName[]).map((id) =>
      database.containers.createIfNotExists({
        id,
        partitionKey: { paths: [CONTAINERS[id]] },
        indexingPolicy: { compositeIndexes: [...(COMPOSITE_INDEXES[id] ?? [])] },
      }),
    ),
  );
  return async (container) => database.container(container);
};

/** Writes an organisation into an empty database. */
export const seed = async (containers: Containers, sample: SampleOrganisation): Promise<void> => {
  const documents: [ContainerName, object][] = [
    ...Object.entries(sample.settings).flatMap(([kind, settings]) =>
      (settings ?? []).map((setting): [ContainerName, object] => ["settings", { ...setting, kind }]),
    ),
    ...sample.agents.map((agent): [ContainerName, object] => ["agents", agent]),
    ...sample.contacts.map((contact): [ContainerName, object] => ["contacts", contact]),
  ];
  await Promise.all(documents.map(async ([name, document]) => (await containers(name)).items.create(document)));
};
