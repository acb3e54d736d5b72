import { beforeAll, describe } from "vitest";
import { agentsContract } from "../../tests/contracts/agents.contract.ts";
import { auditContract } from "../../tests/contracts/audit.contract.ts";
import { contactsContract } from "../../tests/contracts/contacts.contract.ts";
import { conversationsContract } from "../../tests/contracts/conversations.contract.ts";
import { type CosmosStores, onAzure, useCosmos } from "../../tests/contracts/cosmos-stores.ts";
import { draftsContract } from "../../tests/contracts/drafts.contract.ts";
import { messagesContract } from "../../tests/contracts/messages.contract.ts";
import { quarantineContract } from "../../tests/contracts/quarantine.contract.ts";
import { settingsContract } from "../../tests/contracts/settings.contract.ts";
import { threadsContract } from "../../tests/contracts/threads.contract.ts";

describe(onAzure ? "the stores in Azure Cosmos DB" : "the stores in the twin's Cosmos DB", () => {
  const cosmos = useCosmos();
  let stores: CosmosStores;
  beforeAll(() => {
    stores = cosmos.stores();
  });
  const make = async () => stores;

  agentsContract(make);
  auditContract(make);
  contactsContract(make);
  conversationsContract(make);
  draftsContract(make);
  messagesContract(make);
  quarantineContract(make);
  settingsContract(make);
  threadsContract(make);
});
