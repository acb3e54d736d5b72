import { CosmosClient } from "@azure/cosmos";
import { AGENT_DOCUMENT } from "../infra/cosmos/agent-document.ts";
import { CONTACT_DOCUMENT } from "../infra/cosmos/contact-document.ts";
import {
  COMPOSITE_INDEXES,
  CONTAINERS,
  type ContainerName,
  type Containers,
  DEFAULT_TTL_SECONDS,
} from "../infra/cosmos/cosmos-database.ts";
import type { DocumentKind } from "../infra/cosmos/document-kind.ts";
import { Documents } from "../infra/cosmos/documents.ts";
import { SETTING_DOCUMENTS } from "../infra/cosmos/settings/setting-documents.ts";
import type { SettingKind } from "../shared/settings/settings.ts";
import type { SampleOrganisation } from "./sample-organisation.ts";

/** Creates the database and its containers, as the deployment does in Azure. */
export const createDatabase = async (connectionString: string, name: string): Promise<Containers> => {
  const client = new CosmosClient({ connectionString });
  const { database } = await client.databases.createIfNotExists({ id: name });
  await Promise.all(
    (Object.keys(CONTAINERS) as ContainerName[]).map((id) => {
      const defaultTtl = DEFAULT_TTL_SECONDS[id];
      return database.containers.createIfNotExists({
        id,
        partitionKey: { paths: [CONTAINERS[id]] },
        indexingPolicy: { compositeIndexes: [...(COMPOSITE_INDEXES[id] ?? [])] },
        ...(defaultTtl !== undefined && { defaultTtl }),
      });
    }),
  );
  return async (container) => database.container(container);
};

/** Writes an organisation into an empty database. */
export const seed = async (containers: Containers, sample: SampleOrganisation): Promise<void> => {
  const createSettings = <K extends SettingKind>(kind: K) =>
    createAll(containers, SETTING_DOCUMENTS[kind], sample.settings[kind]);
  await Promise.all([
    ...(Object.keys(sample.settings) as SettingKind[]).map(createSettings),
    createAll(containers, AGENT_DOCUMENT, sample.agents),
    createAll(containers, CONTACT_DOCUMENT, sample.contacts),
  ]);
};

const createAll = async <T>(
  containers: Containers,
  kind: DocumentKind<T>,
  values: readonly T[] = [],
): Promise<void> => {
  const documents = new Documents(containers, kind);
  await Promise.all(values.map((value) => documents.create(value)));
};
