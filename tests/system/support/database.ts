import { type Container, CosmosClient } from "@azure/cosmos";
import type { ContainerName } from "../../../infra/cosmos/cosmos-database.ts";
import type { LocalEnvironment } from "../../../local/environment.ts";

/** Any document, as it is stored. */
export type StoredDocument = Readonly<Record<string, unknown>> & { readonly id: string; readonly _etag: string };

/** Opens a container of the app's database without the app, to inspect it or to damage it. */
export const openContainer = ({ cosmos }: LocalEnvironment, name: ContainerName): Container =>
  new CosmosClient({ connectionString: cosmos.connectionString }).database("hilo").container(name);

/** All documents of a container. */
export const documentsOf = async (twin: LocalEnvironment, name: ContainerName): Promise<readonly StoredDocument[]> =>
  (await openContainer(twin, name).items.readAll<StoredDocument>().fetchAll()).resources;
