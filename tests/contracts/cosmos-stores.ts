import { randomUUID } from "node:crypto";
import { CosmosClient } from "@azure/cosmos";
import { TwinClock } from "azure-twin/clock";
import { CosmosDb } from "azure-twin/cosmos";
import { afterAll, beforeAll } from "vitest";
import { CosmosAgents } from "../../infra/cosmos/cosmos-agents.ts";
import { CosmosAudit } from "../../infra/cosmos/cosmos-audit.ts";
import { CosmosContacts } from "../../infra/cosmos/cosmos-contacts.ts";
import { CosmosConversations } from "../../infra/cosmos/cosmos-conversations.ts";
import { type Containers, connectCosmos } from "../../infra/cosmos/cosmos-database.ts";
import { CosmosDrafts } from "../../infra/cosmos/cosmos-drafts.ts";
import { CosmosMessages } from "../../infra/cosmos/cosmos-messages.ts";
import { CosmosQuarantine } from "../../infra/cosmos/cosmos-quarantine.ts";
import { CosmosThreads } from "../../infra/cosmos/cosmos-threads.ts";
import { CosmosSettings } from "../../infra/cosmos/settings/cosmos-settings.ts";
import { createDatabase } from "../../local/database.ts";
import { configOf } from "./config.ts";

/** The connection string of a real account, on which the tests then run, in a new database. */
const REAL_ACCOUNT = process.env.HILO_TEST_COSMOS;

/** Whether the tests run on a real account, which cannot inject faults. */
export const onAzure = REAL_ACCOUNT !== undefined;

/** The adapters of all stores, on one database. */
export interface CosmosStores {
  readonly containers: Containers;
  readonly agents: CosmosAgents;
  readonly contacts: CosmosContacts;
  readonly conversations: CosmosConversations;
  readonly drafts: CosmosDrafts;
  readonly messages: CosmosMessages;
  readonly quarantine: CosmosQuarantine;
  readonly audit: CosmosAudit;
  readonly settings: CosmosSettings;
  readonly threads: CosmosThreads;
}

/** A database for the tests of one file, which is deleted after them. */
export interface TestCosmos {
  /** The twin's account. It is not started when the tests run on a real one. */
  readonly twin: CosmosDb;
  /** The twin's clock. */
  readonly clock: TwinClock;
  /** The stores, on a new connection. */
  stores(): CosmosStores;
}

export const useCosmos = (): TestCosmos => {
  const clock = new TwinClock();
  const twin = new CosmosDb({ clock, physicalPartitions: 2 });
  const database = `contracts-${randomUUID()}`;
  const connectionString = () => REAL_ACCOUNT ?? twin.connectionString;

  beforeAll(async () => {
    if (!onAzure) await twin.start(0);
    await createDatabase(connectionString(), database);
  });

  afterAll(async () => {
    if (onAzure) await new CosmosClient({ connectionString: connectionString() }).database(database).delete();
    await twin.stop();
  });

  return {
    twin,
    clock,
    stores: () => {
      const config = configOf({ COSMOS_CONNECTION_STRING: connectionString(), COSMOS_DATABASE: database });
      const containers = connectCosmos(config);
      return {
        containers,
        agents: new CosmosAgents(containers),
        audit: new CosmosAudit(containers),
        contacts: new CosmosContacts(containers),
        conversations: new CosmosConversations(containers),
        drafts: new CosmosDrafts(containers),
        messages: new CosmosMessages(containers),
        quarantine: new CosmosQuarantine(containers),
        settings: new CosmosSettings(containers),
        threads: new CosmosThreads(containers),
      };
    },
  };
};
