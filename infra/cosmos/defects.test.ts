import type { Container } from "@azure/cosmos";
import { describe, expect, it } from "vitest";
import { collect } from "../../tests/contracts/collect.ts";
import { at, newAgentId, newContactId, newConversation, newPhoneNumber } from "../../tests/contracts/sample-ids.ts";
import { presenceChoice, sampleContact, sampleQueue } from "../../tests/fakes/sample-organisation.ts";
import { CosmosAgents } from "./cosmos-agents.ts";
import { CosmosContacts } from "./cosmos-contacts.ts";
import { CosmosConversations } from "./cosmos-conversations.ts";
import type { Containers } from "./cosmos-database.ts";
import { CosmosSettings } from "./settings/cosmos-settings.ts";

const defect = new TypeError("x is undefined");
const fail = () => Promise.reject(defect);

/** Containers whose every request has a defect, as a mistake in the SDK or in its use does. */
const containers: Containers = async () =>
  ({
    item: () => ({ read: fail, replace: fail, patch: fail, delete: fail }),
    items: {
      create: fail,
      upsert: fail,
      query: () => ({ hasMoreResults: () => true, fetchNext: fail, fetchAll: fail }),
    },
  }) as unknown as Container;

const agents = new CosmosAgents(containers);
const contacts = new CosmosContacts(containers);
const conversations = new CosmosConversations(containers);
const settings = new CosmosSettings(containers);

const [agentId, page] = [newAgentId(), { limit: 1 }];
const profile = { name: "Ana", capacity: 1, queueIds: [], skills: [] };
const conversation = newConversation("queued");
const contact = sampleContact(newContactId(), { mobilePhone: newPhoneNumber() });
const queue = sampleQueue();
const claim = { agentId, conversationId: conversation.id, units: 1, claimedAt: at(0), token: "token" };

const CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
  "agents.find": () => agents.find(agentId),
  "agents.list": () => agents.list(page),
  "agents.membersOf": () => agents.membersOf("support"),
  "agents.claim": () => agents.claim(claim),
  "agents.release": () => agents.release(agentId, conversation.id, "token"),
  "agents.setPresence": () => agents.setPresence(agentId, presenceChoice("busy", at(0))),
  "agents.saveProfile": () => agents.saveProfile(agentId, profile),
  "agents.replaceProfile": () => agents.replaceProfile(agentId, profile, "version"),
  "agents.retire": () => agents.retire(agentId, at(0)),
  "contacts.find": () => contacts.find(contact.id),
  "contacts.create": () => contacts.create(contact),
  "contacts.replace": () => contacts.replace({ value: contact, etag: "etag" }, contact),
  "contacts.finishMoves": () => contacts.finishMoves(),
  "conversations.find": () => conversations.find(conversation.id),
  "conversations.create": () => conversations.create(conversation),
  "conversations.replace": () => conversations.replace({ value: conversation, etag: "etag" }, conversation),
  "conversations.waitingIn": () => collect(conversations.waitingIn("support")),
  "conversations.countOpen": () => conversations.countOpen({ queueId: "support" }),
  "settings.snapshot": () => settings.snapshot(),
  "settings.find": () => settings.find("queues", queue.id),
  "settings.put": () => settings.put("queues", queue),
  "settings.retire": () => settings.retire("queues", { value: queue, etag: "etag" }, at(0)),
};

describe("a TypeError in a request to Cosmos DB", () => {
  it.each(Object.keys(CALLS))("escapes from %s as it is", async (call) => {
    await expect(CALLS[call]?.()).rejects.toBe(defect);
  });
});
