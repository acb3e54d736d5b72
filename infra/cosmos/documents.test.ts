import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Conversation } from "../../shared/conversation/conversation.ts";
import { TransientError } from "../../shared/kernel/errors.ts";
import { collect, collectPages } from "../../tests/contracts/collect.ts";
import { type CosmosStores, useCosmos } from "../../tests/contracts/cosmos-stores.ts";
import { newConversation, newSettingId, newThreadId } from "../../tests/contracts/sample-ids.ts";
import { CONVERSATION_DOCUMENT } from "./conversation-document.ts";

describe("documents in Cosmos DB", () => {
  const cosmos = useCosmos();
  let stores: CosmosStores;
  beforeAll(() => {
    stores = cosmos.stores();
  });

  /** Stores a conversation with members that no adapter writes. */
  const damage = async (conversation: Conversation, members: Record<string, unknown>) => {
    const container = await stores.containers("conversations");
    await container.items.upsert({ ...CONVERSATION_DOCUMENT.toDocument(conversation), ...members });
  };

  it("fails loudly on a document that it cannot read, and says where it is wrong, not what stands there", async () => {
    const conversation = newConversation("queued");
    await damage(conversation, { customer: ["¿quién?"] });
    const failure: unknown = await stores.conversations.find(conversation.id).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(TransientError);
    expect(String(failure)).toContain("customer");
    expect(String(failure)).not.toContain("¿quién?");
  });

  it("leaves a document that it cannot read out of lists, and tells the log where it is wrong", async () => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    const queueId = newSettingId();
    const good = [newConversation("queued", { queueId }), newConversation("queued", { queueId })];
    for (const conversation of good) await stores.conversations.create(conversation);
    const bad = newConversation("queued", { queueId });
    await damage(bad, { preview: 7, routedBy: ["¿quién?"] });
    await damage(newConversation("queued", { queueId }), { priority: "¿alta?", queuedAt: 7 });
    const ids = new Set(good.map(({ id }) => id));

    const listed = await collectPages(1, (page) => stores.conversations.openIn(queueId, page));
    expect(new Set(listed.map(({ id }) => id))).toEqual(ids);
    const waiting = await collect(stores.conversations.waitingIn(queueId));
    expect(new Set(waiting.map(({ value }) => value.id))).toEqual(ids);
    expect(log.mock.calls.at(-1)).toEqual([expect.stringMatching(new RegExp(`${bad.id}.*preview`))]);
    expect(JSON.stringify(log.mock.calls)).not.toContain("¿");
    log.mockRestore();
  });

  it("leaves out what a later version of the product wrote beside what it knows", async () => {
    const conversation = newConversation("queued");
    await damage(conversation, { mood: "cheerful" });
    expect((await stores.conversations.find(conversation.id))?.value).toEqual(conversation);
  });

  it("keeps a thread and its conversations in one partition, and tells them apart", async () => {
    const threadId = newThreadId();
    const conversation = newConversation("queued", {}, threadId);
    const { channelId, customer } = conversation;
    await stores.threads.create({
      id: threadId,
      channelId,
      channelNumber: customer,
      customer,
      lastNumber: 1,
      consentHistory: [],
    });
    await stores.conversations.create(conversation);
    expect((await stores.threads.find(threadId))?.value.lastNumber).toBe(1);
    expect((await stores.conversations.find(conversation.id))?.value.state).toBe("queued");
  });

  it("goes on where the page ended, among those with the same sort key too", async () => {
    const queueId = newSettingId();
    for (let n = 0; n < 5; n++) await stores.conversations.create(newConversation("queued", { queueId }));
    const found = await collectPages(2, (page) => stores.conversations.openIn(queueId, page));
    expect(new Set(found.map(({ id }) => id)).size).toBe(5);
  });

  it("ends a list that fits in one page, even to its last place, without a next one", async () => {
    const queueId = newSettingId();
    for (let n = 0; n < 2; n++) await stores.conversations.create(newConversation("queued", { queueId }));
    const page = await stores.conversations.openIn(queueId, { limit: 2 });
    expect(page.items).toHaveLength(2);
    expect(page.next).toBeUndefined();
  });
});
