import type { Fault } from "azure-twin/cosmos";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { TransientError } from "../../shared/kernel/errors.ts";
import { configOf } from "../../tests/contracts/config.ts";
import { type CosmosStores, onAzure, useCosmos } from "../../tests/contracts/cosmos-stores.ts";
import { at, newAgentId, newConversation, newMessageId, newThreadId } from "../../tests/contracts/sample-ids.ts";
import { presenceChoice } from "../../tests/fakes/sample-organisation.ts";
import { connectCosmos } from "./cosmos-database.ts";
import { request } from "./cosmos-fault.ts";
import { CosmosThreads } from "./cosmos-threads.ts";

const FAULTS: readonly (readonly [string, Fault])[] = [
  ["429", { kind: "throttled", retryAfterMs: 1 }],
  ["503", { kind: "unavailable" }],
  ["403", { kind: "forbidden" }],
  ["no response", { kind: "connection-lost", when: "before" }],
];

describe.skipIf(onAzure)("when Cosmos DB fails", () => {
  const cosmos = useCosmos();
  let stores: CosmosStores;

  beforeAll(async () => {
    stores = cosmos.stores();
    await stores.threads.find(newThreadId()); // connects
  });

  afterEach(() => cosmos.twin.faults.clear());

  const always = (fault: Fault) => cosmos.twin.faults.inject({ times: Number.POSITIVE_INFINITY, fault });

  describe.each(FAULTS)("with %s", (reported, fault) => {
    const conversation = newConversation("queued");
    const writes: Record<string, () => Promise<unknown>> = {
      create: () => stores.conversations.create(conversation),
      replace: () => stores.conversations.replace({ value: conversation, etag: '"any"' }, conversation),
      patch: () => stores.agents.setPresence(newAgentId(), presenceChoice("busy", at(0))),
      upsert: () => stores.settings.put("quick-replies", { id: "thanks", title: "Thanks", text: "Thanks", tags: [] }),
    };

    it.each(Object.keys(writes))("throws a TransientError with its cause from a %s", async (kind) => {
      always(fault);
      const failure: unknown = await writes[kind]?.().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(TransientError);
      expect(failure).toMatchObject({ message: expect.stringContaining(reported), cause: expect.any(Error) });
      expect(failure).toMatchObject({ isAccessRefused: reported === "403" });
    });
  });

  it.each(["throttled", "unavailable"] as const)(
    "throws a TransientError from reads and queries while %s",
    async (kind) => {
      always(kind === "throttled" ? { kind, retryAfterMs: 1 } : { kind });
      await expect(stores.threads.find(newThreadId())).rejects.toThrow(TransientError);
      await expect(stores.agents.withClaims()).rejects.toThrow(TransientError);
      await expect(stores.contacts.list({ limit: 1 })).rejects.toThrow(TransientError);
    },
  );

  it("waits out a short throttling", async () => {
    cosmos.twin.faults.inject({ times: 4, fault: { kind: "throttled", retryAfterMs: 1 } });
    expect(await stores.conversations.create(newConversation("queued"))).toEqual({
      value: expect.anything(),
      etag: expect.any(String),
    });
  });

  it("retries a read that got no response", async () => {
    cosmos.twin.faults.inject({ times: 1, fault: { kind: "connection-lost", when: "before" } });
    expect(await stores.threads.find(newThreadId())).toBeUndefined();
  });

  it("never retries a write whose response was lost, so that it has one effect", async () => {
    const agentId = newAgentId();
    await stores.agents.saveProfile(agentId, { name: "Ana", capacity: 9, queueIds: [], skills: [] });
    const conversation = newConversation("offered");
    cosmos.twin.faults.inject({ times: 1, fault: { kind: "connection-lost", when: "after" } });
    const request = { agentId, conversationId: conversation.id, units: 2, claimedAt: at(1) };
    await expect(stores.agents.claim({ ...request, token: "token-1" })).rejects.toThrow(TransientError);
    expect((await stores.agents.find(agentId))?.load).toBe(2);
    // The repeated claim takes over the first one.
    expect(await stores.agents.claim({ ...request, token: "token-2" })).toBe("held");
    expect((await stores.agents.find(agentId))?.load).toBe(2);
  });

  it("returns `exists` from a repeated create whose response was lost", async () => {
    const conversation = newConversation("queued");
    cosmos.twin.faults.inject({ times: 1, fault: { kind: "connection-lost", when: "after" } });
    await expect(stores.conversations.create(conversation)).rejects.toThrow(TransientError);
    expect(await stores.conversations.create(conversation)).toBe("exists");
  });

  it("throws a TransientError when its key is refused: an operator can correct that", async () => {
    const wrongKey = cosmos.twin.connectionString.replace(/AccountKey=.*/, `AccountKey=${btoa("another key")};`);
    const refused = new CosmosThreads(connectCosmos(configOf({ COSMOS_CONNECTION_STRING: wrongKey })));
    const failure: unknown = await refused.find(newThreadId()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({ cause: { code: 401 }, isAccessRefused: true });
  });

  it("rethrows the 413 of a document that is too large", async () => {
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

describe("a request to Cosmos DB", () => {
  const purpose = "read";
  const fail = (error: unknown) => () => Promise.reject(error);
  const response = (code: number, substatus?: number) =>
    Object.assign(new Error("failed"), { code, ...(substatus !== undefined && { substatus }) });

  it.each([
    ...[408, 410, 429, 449, 500, 503].map((code) => response(code)),
    Object.assign(new Error("reset"), { code: "ECONNRESET" }),
    Object.assign(new Error("slow"), { code: "TimeoutError" }),
  ])("throws a TransientError for $code $name", async (fault) => {
    const failure: unknown = await request({ purpose }, fail(fault)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({ cause: fault, isAccessRefused: false });
  });

  it.each([
    ...[401, 403].map((code) => response(code)),
    Object.assign(new Error("no identity"), { name: "CredentialUnavailableError" }),
  ])("throws a TransientError that says that access is refused, for $code $name", async (fault) => {
    const failure: unknown = await request({ purpose }, fail(fault)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({ cause: fault, isAccessRefused: true });
  });

  const defects = [
    new TypeError("x is undefined"),
    Object.assign(new TypeError("wrong"), { code: "ERR_INVALID_ARG_TYPE" }),
  ];
  it.each([...[400, 404, 409, 413, 501].map((code) => response(code)), ...defects, "text"])(
    "rethrows %s",
    async (error) => {
      await expect(request({ purpose }, fail(error))).rejects.toBe(error);
    },
  );

  it("returns the value of an expected status", async () => {
    expect(await request({ purpose, expected: { 404: "none" } }, fail(response(404)))).toBe("none");
  });

  it("throws a TransientError when a replica lags behind the session, although the document may exist", async () => {
    const lagging = request({ purpose, expected: { 404: "none" } }, fail(response(404, 1002)));
    await expect(lagging).rejects.toThrow(TransientError);
  });
});
