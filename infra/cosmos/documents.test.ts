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

  it("cannot be found when they are unreadable, and the error names the wrong members and no values", async () => {
    const conversation = newConversation("queued");
    await damage(conversation, { customer: ["¿quién?"] });
    const failure: unknown = await stores.conversations.find(conversation.id).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(TransientError);
    expect(String(failure)).toContain("customer");
    expect(String(failure)).not.toContain("¿quién?");
  });

  it("are left out of lists when they are unreadable, and the log names the wrong members", async () => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    const queueId = newSettingId();
    const readable = [newConversation("queued", { queueId }), newConversation("queued", { queueId })];
    for (const conversation of readable) await stores.conversations.create(conversation);
    const unreadable = newConversation("queued", { queueId });
    await damage(unreadable, { preview: 7, routedBy: ["¿quién?"] });
    await damage(newConversation("queued", { queueId }), { priority: "¿alta?", queuedAt: 7 });
    const ids = new Set(readable.map(({ id }) => id));

    const listed = await collectPages(1, (page) => stores.conversations.openIn(queueId, page));
    expect(new Set(listed.map(({ id }) => id))).toEqual(ids);
    const waiting = await collect(stores.conversations.waitingIn(queueId));
    expect(new Set(waiting.map(({ value }) => value.id))).toEqual(ids);
    expect(log.mock.calls.at(-1)).toEqual([expect.stringMatching(new RegExp(`${unreadable.id}.*preview`))]);
    expect(JSON.stringify(log.mock.calls)).not.toContain("¿");
    log.mockRestore();
  });

  it("may have members that this release does not know", async () => {
    const conversation = newConversation("queued");
    await damage(conversation, { mood: "cheerful" });
    expect((await stores.conversations.find(conversation.id))?.value).toEqual(conversation);
  });

  it("of a thread and its conversations are in one partition, and each is found by its id", async () => {
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
      helpReplies: [],
    });
    await stores.conversations.create(conversation);
    expect((await stores.threads.find(threadId))?.value.lastNumber).toBe(1);
    expect((await stores.conversations.find(conversation.id))?.value.state).toBe("queued");
  });

  it("are listed from page to page, also when they have the same sort key", async () => {
    const queueId = newSettingId();
    for (let n = 0; n < 5; n++) await stores.conversations.create(newConversation("queued", { queueId }));
    const found = await collectPages(2, (page) => stores.conversations.openIn(queueId, page));
    expect(new Set(found.map(({ id }) => id)).size).toBe(5);
  });

  it("have no next page when they fill exactly one page", async () => {
    const queueId = newSettingId();
    for (let n = 0; n < 2; n++) await stores.conversations.create(newConversation("queued", { queueId }));
    const page = await stores.conversations.openIn(queueId, { limit: 2 });
    expect(page.items).toHaveLength(2);
    expect(page.next).toBeUndefined();
  });
});
