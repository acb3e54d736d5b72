import type { Fault } from "azure-twin/cosmos";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { TransientError } from "../../shared/kernel/errors.ts";
import { configOf } from "../../tests/contracts/config.ts";
import { type CosmosStores, onAzure, useCosmos } from "../../tests/contracts/cosmos-stores.ts";
import { at, newAgentId, newConversation, newMessageId, newThreadId } from "../../tests/contracts/sample-ids.ts";
import { connectCosmos } from "./cosmos-database.ts";
import { CosmosThreads } from "./cosmos-threads.ts";

const FAULTS: readonly (readonly [string, Fault])[] = [
  ["429", { kind: "throttled", retryAfterMs: 1 }],
  ["503", { kind: "unavailable" }],
  ["no answer", { kind: "connection-lost", when: "before" }],
];

describe.skipIf(onAzure)("when Cosmos DB fails", () => {
  const cosmos = useCosmos();
  let stores: CosmosStores;

  beforeAll(async () => {
    stores = cosmos.stores();
    await stores.threads.find(newThreadId()); // connected
  });

  afterEach(() => cosmos.twin.faults.clear());

  const always = (fault: Fault) => cosmos.twin.faults.inject({ times: Number.POSITIVE_INFINITY, fault });

  describe.each(FAULTS)("with %s", (told, fault) => {
    const conversation = newConversation("queued");
    const writes: Record<string, () => Promise<unknown>> = {
      create: () => stores.conversations.create(conversation),
      replace: () => stores.conversations.replace({ value: conversation, etag: '"any"' }, conversation),
      patch: () => stores.agents.setPresence(newAgentId(), "busy", at(0)),
      upsert: () => stores.settings.put("quick-replies", { id: "thanks", title: "Thanks", text: "Thanks", tags: [] }),
    };

    it.each(Object.keys(writes))("has a %s fail as something that may work later, with the cause", async (kind) => {
      always(fault);
      const failure: unknown = await writes[kind]?.().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(TransientError);
      expect(failure).toMatchObject({ message: expect.stringContaining(told), cause: expect.any(Error) });
    });
  });

  it.each(["throttled", "unavailable"] as const)("has reads and queries fail likewise while it is %s", async (kind) => {
    always(kind === "throttled" ? { kind, retryAfterMs: 1 } : { kind });
    await expect(stores.threads.find(newThreadId())).rejects.toThrow(TransientError);
    await expect(stores.agents.withClaims()).rejects.toThrow(TransientError);
    await expect(stores.contacts.list({ limit: 1 })).rejects.toThrow(TransientError);
  });

  it("waits as long as it is told when it is throttled for a moment", async () => {
    cosmos.twin.faults.inject({ times: 4, fault: { kind: "throttled", retryAfterMs: 1 } });
    expect(await stores.conversations.create(newConversation("queued"))).toEqual({
      value: expect.anything(),
      etag: expect.any(String),
    });
  });

  it("does a read again by itself that got no answer", async () => {
    cosmos.twin.faults.inject({ times: 1, fault: { kind: "connection-lost", when: "before" } });
    expect(await stores.threads.find(newThreadId())).toBeUndefined();
  });

  it("never does a write again by itself: one whose answer is lost was done once", async () => {
    const agentId = newAgentId();
    await stores.agents.saveProfile(agentId, { name: "Ana", capacity: 9, queueIds: [], skills: [] });
    const conversation = newConversation("offered");
    cosmos.twin.faults.inject({ times: 1, fault: { kind: "connection-lost", when: "after" } });
    const request = { agentId, conversationId: conversation.id, units: 2, at: at(1) };
    await expect(stores.agents.claim({ ...request, token: "token-1" })).rejects.toThrow(TransientError);
    expect((await stores.agents.find(agentId))?.load).toBe(2);
    // The same claim made once more takes over what the lost one took.
    expect(await stores.agents.claim({ ...request, token: "token-2" })).toBe("held");
    expect((await stores.agents.find(agentId))?.load).toBe(2);
  });

  it("says of a create whose answer was lost that it is there, when it is asked for again", async () => {
    const conversation = newConversation("queued");
    cosmos.twin.faults.inject({ times: 1, fault: { kind: "connection-lost", when: "after" } });
    await expect(stores.conversations.create(conversation)).rejects.toThrow(TransientError);
    expect(await stores.conversations.create(conversation)).toBe("exists");
  });

  it("lets a refusal that no retry would mend escape as it is: a key that is wrong", async () => {
    const wrongKey = cosmos.twin.connectionString.replace(/AccountKey=.*/, `AccountKey=${btoa("another key")};`);
    const stranger = new CosmosThreads(connectCosmos(configOf({ COSMOS_CONNECTION_STRING: wrongKey })));
    const failure: unknown = await stranger.find(newThreadId()).catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({ code: 401 });
  });

  it("lets a document that is too large escape as it is", async () => {
    const original = "x".repeat(2_200_000);
    const entry = {
      id: newMessageId(),
      source: "sms-received",
      provider: "acs",
      reason: "unreadable",
      quarantinedAt: at(0),
    } as const;
    await expect(stores.quarantine.keep({ ...entry, original })).rejects.toMatchObject({ code: 413 });
  });
});
