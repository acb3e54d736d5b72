import { beforeAll, describe, expect, it } from "vitest";
import { TransientError } from "../../shared/errors.ts";
import { type CosmosStores, useCosmos } from "../../tests/contracts/cosmos-stores.ts";
import { collectPages } from "../../tests/contracts/everything.ts";
import { newConversation, newSettingId, newThreadId } from "../../tests/contracts/sample-ids.ts";

describe("documents in Cosmos DB", () => {
  const cosmos = useCosmos();
  let stores: CosmosStores;
  beforeAll(() => {
    stores = cosmos.stores();
  });

  /** Puts a document there that no adapter wrote. */
  const damage = async (document: { id: string; threadId: string } & Record<string, unknown>) => {
    const container = await stores.containers("conversations");
    await container.items.upsert(document);
  };

  it("fails loudly on a document that it cannot read, and says where it is wrong, not what stands there", async () => {
    const conversation = newConversation("queued");
    await damage({ ...conversation, kind: "conversation", customer: "¿quién?" });
    const failure: unknown = await stores.conversations.find(conversation.id).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(TransientError);
    expect(String(failure)).toContain("customer");
    expect(String(failure)).not.toContain("¿quién?");
  });

  it("fails loudly when a list holds a document that it cannot read, instead of leaving it out", async () => {
    const queueId = newSettingId();
    const conversation = newConversation("queued", { queueId });
    await damage({ ...conversation, kind: "conversation", priority: "high" });
    await expect(stores.conversations.openIn(queueId, { limit: 5 })).rejects.toThrow("priority");
  });

  it("leaves out what a later version of the product wrote beside what it knows", async () => {
    const conversation = newConversation("queued");
    await damage({ ...conversation, kind: "conversation", mood: "cheerful" });
    expect((await stores.conversations.find(conversation.id))?.value).toEqual(conversation);
  });

  it("keeps a thread and its conversations in one partition, and tells them apart", async () => {
    const threadId = newThreadId();
    const conversation = newConversation("queued", {}, threadId);
    const { channelId, customer } = conversation;
    await stores.threads.create({ id: threadId, channelId, channelNumber: customer, customer, lastNumber: 1 });
    await stores.conversations.create(conversation);
    expect((await stores.threads.find(threadId))?.value.lastNumber).toBe(1);
    expect((await stores.conversations.find(conversation.id))?.value.state).toBe("queued");
  });

  it("gives continuations that may stand in a URL as they are, and go on where the page ended", async () => {
    const queueId = newSettingId();
    for (let n = 0; n < 5; n++) await stores.conversations.create(newConversation("queued", { queueId }));
    const { continuation } = await stores.conversations.openIn(queueId, { limit: 2 });
    expect(continuation).toMatch(/^[\w-]+$/);
    const found = await collectPages(2, (page) => stores.conversations.openIn(queueId, page));
    expect(new Set(found.map(({ id }) => id)).size).toBe(5);
  });

  it("ends a list that fits in one page without a continuation", async () => {
    const queueId = newSettingId();
    await stores.conversations.create(newConversation("queued", { queueId }));
    const page = await stores.conversations.openIn(queueId, { limit: 2 });
    expect(page.items).toHaveLength(1);
    expect(page.continuation).toBeUndefined();
  });
});
