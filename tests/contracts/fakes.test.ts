import { describe } from "vitest";
import { makeFakes } from "../fakes/fakes.ts";
import { agentsContract } from "./agents.contract.ts";
import { auditContract } from "./audit.contract.ts";
import { contactsContract } from "./contacts.contract.ts";
import { conversationsContract } from "./conversations.contract.ts";
import { draftsContract } from "./drafts.contract.ts";
import { messagesContract } from "./messages.contract.ts";
import { quarantineContract } from "./quarantine.contract.ts";
import { settingsContract } from "./settings.contract.ts";
import { threadsContract } from "./threads.contract.ts";

describe("the fakes", () => {
  const make = async () => makeFakes();
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
