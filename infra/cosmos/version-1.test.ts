import { beforeAll, describe, expect, it } from "vitest";
import type { Agent } from "../../shared/agent/agent.ts";
import type { Contact } from "../../shared/contact/contact.ts";
import {
  type Conversation,
  type ConversationState,
  ownerOf,
  type QueuedConversation,
} from "../../shared/conversation/conversation.ts";
import { isUnconfirmed, type Message, type OutboundMessage } from "../../shared/conversation/message.ts";
import type { Thread } from "../../shared/conversation/thread.ts";
import { conversationIdOf, numberOf } from "../../shared/kernel/ids.ts";
import { type Instant, instantSchema, toInstant } from "../../shared/kernel/instant.ts";
import type { Stored } from "../../shared/kernel/stored.ts";
import type { SettingKind } from "../../shared/settings/settings.ts";
import { collect, collectPages } from "../../tests/contracts/collect.ts";
import { type CosmosStores, useCosmos } from "../../tests/contracts/cosmos-stores.ts";
import { newConversationId, newPhoneNumber } from "../../tests/contracts/sample-ids.ts";
import { presenceChoice } from "../../tests/fakes/sample-organisation.ts";
import { DOCUMENTS, type Members, settingsOfKind, VALUES } from "../../tests/fixtures/version-1.ts";
import { CONTAINERS, type ContainerName } from "./cosmos-database.ts";
import { CosmosPace } from "./cosmos-pace.ts";
import { SETTING_DOCUMENTS } from "./settings/setting-documents.ts";

/** Later than all times in the documents. */
const NOW = instantSchema.parse("2030-02-01T00:00:00.000Z");
const PAGE_LENGTH = 7;
const OWNED_STATES: readonly ConversationState[] = ["offered", "active", "waiting", "wrap-up"];
const SETTING_KINDS = Object.keys(SETTING_DOCUMENTS) as SettingKind[];

const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];
const sortedBy = <T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] =>
  items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
const newestFirst = <T extends { readonly id: string }>(items: readonly T[], at: (item: T) => string) =>
  sortedBy(items, (item) => `${at(item)} ${item.id}`).toReversed();
const isReply = (message: Message): message is OutboundMessage => message.direction === "outbound";
const found = <T>(stored: Stored<T> | undefined): Stored<T> => {
  if (!stored) throw new Error("not found");
  return stored;
};

const { conversations, threads, messages, contacts, agents, quarantine } = VALUES;

describe("documents of version 1", () => {
  const cosmos = useCosmos();
  let stores: CosmosStores;

  beforeAll(async () => {
    stores = cosmos.stores();
    for (const [name, documents] of Object.entries(DOCUMENTS)) {
      const container = await stores.containers(name as ContainerName);
      await Promise.all(documents.map((document) => container.items.create(document)));
    }
  });

  /** The version that a document has now; undefined in version 1. */
  const versionOf = async (name: ContainerName, document: Members): Promise<unknown> => {
    const container = await stores.containers(name);
    const partition = document[CONTAINERS[name].slice(1)] as string;
    return (await container.item(document.id as string, partition).read<Members>()).resource?.v;
  };

  const expectConversationLists = async (expected: readonly Conversation[]) => {
    const queued = expected.filter(
      (conversation): conversation is QueuedConversation => conversation.state === "queued",
    );
    for (const queueId of distinct(expected.map((conversation) => conversation.queueId))) {
      const inQueue = queued.filter((conversation) => conversation.queueId === queueId);
      const waiting = (await collect(stores.conversations.waitingIn(queueId))).map(({ value }) => value);
      expect(waiting).toEqual(
        sortedBy(inQueue, (conversation) => `${String(conversation.priority).padStart(5)} ${conversation.queuedAt}`),
      );
      const listed = await collectPages(PAGE_LENGTH, (page) => stores.conversations.openIn(queueId, page));
      expect(listed).toEqual(sortedBy(inQueue, (conversation) => `${conversation.queuedAt} ${conversation.id}`));
    }
    for (const { id } of agents) {
      const owned = expected.filter((conversation) => ownerOf(conversation) === id);
      const listed = await collectPages(PAGE_LENGTH, (page) => stores.conversations.ofAgent(id, OWNED_STATES, page));
      expect(listed).toEqual(newestFirst(owned, (conversation) => conversation.stateChangedAt));
    }
    const open = (await collect(stores.conversations.open())).map(({ value }) => value);
    expect(sortedBy(open, (conversation) => conversation.id)).toEqual(
      sortedBy(
        expected.filter(({ state }) => state !== "closed"),
        (conversation) => conversation.id,
      ),
    );
  };

  it("are read and listed as conversations, before and after every change", async () => {
    await expectConversationLists(conversations);
    const changed: Conversation[] = [];
    for (const conversation of conversations) {
      const stored = found(await stores.conversations.find(conversation.id));
      expect(stored.value).toEqual(conversation);
      const next = { ...conversation, preview: "changed" };
      expect(await stores.conversations.replace(stored, next)).toMatchObject({ value: next });
      expect(found(await stores.conversations.find(conversation.id)).value).toEqual(next);
      expect(await versionOf("conversations", conversation)).toBe(3);
      changed.push(next);
      // Halfway, documents of both versions are in the same lists.
      if (changed.length === 20) await expectConversationLists([...changed, ...conversations.slice(changed.length)]);
    }
    await expectConversationLists(changed);
  });

  const expectOptOutLists = async (expected: readonly Thread[]) => {
    const optedOut = newestFirst(
      expected.filter(({ consent }) => consent?.optedOut),
      ({ consent }) => consent?.changedAt ?? "",
    );
    expect(await collectPages(2, (page) => stores.threads.optedOut(page))).toEqual(optedOut);
    for (const channelId of distinct(expected.map((thread) => thread.channelId))) {
      const ofChannel = optedOut.filter((thread) => thread.channelId === channelId);
      expect(await collectPages(2, (page) => stores.threads.optedOut(page, channelId))).toEqual(ofChannel);
    }
  };

  it("are read and listed as threads, before and after every change", async () => {
    await expectOptOutLists(threads);
    const changed: Thread[] = [];
    for (const thread of threads) {
      const stored = found(await stores.threads.find(thread.id));
      expect(stored.value).toEqual(thread);
      const next = { ...thread, lastNumber: thread.lastNumber + 1 };
      expect(await stores.threads.replace(stored, next)).toMatchObject({ value: next });
      expect(found(await stores.threads.find(thread.id)).value).toEqual(next);
      changed.push(next);
    }
    await expectOptOutLists(changed);
  });

  const expectMessageLists = async (expected: readonly Message[]) => {
    for (const threadId of distinct(expected.map((message) => message.threadId))) {
      const ofThread = newestFirst(
        expected.filter((message) => message.threadId === threadId),
        ({ createdAt }) => createdAt,
      );
      expect(await collectPages(PAGE_LENGTH, (page) => stores.messages.ofThread(threadId, page))).toEqual(ofThread);
    }
    for (const id of distinct(expected.flatMap(({ conversationId }) => conversationId ?? []))) {
      const ofConversation = newestFirst(
        expected.filter(({ conversationId }) => conversationId === id),
        ({ createdAt }) => createdAt,
      );
      expect(await collectPages(PAGE_LENGTH, (page) => stores.messages.ofConversation(id, page))).toEqual(
        ofConversation,
      );
      expect(await stores.messages.lastReplyAt(id)).toBe(
        ofConversation.find((message) => isReply(message) && message.agentId)?.createdAt,
      );
    }
    const replies = expected.filter(isReply);
    for (const reply of replies.filter(({ provider, providerMessageId }) => provider && providerMessageId)) {
      const { provider = "", providerMessageId = "" } = reply;
      expect(await stores.messages.findByProviderId(provider, providerMessageId)).toEqual(reply);
    }
    const unsent = replies.filter(({ state }) => state === "queued");
    expect(await stores.messages.unsentBefore(NOW)).toEqual(sortedBy(unsent, ({ createdAt }) => createdAt));
  };

  /** Changes a message by a patch, which leaves the document in version 1. */
  const patchMessage = async (message: Message): Promise<Message> => {
    const { threadId, id } = message;
    if (!isReply(message)) {
      if (!message.conversationId) return message;
      const conversationId = conversationIdOf(threadId, numberOf(message.conversationId) + 1);
      await stores.messages.moveTo(conversationId, id);
      return { ...message, conversationId };
    }
    if (message.state === "queued") {
      const attempts = { firstAt: NOW, lastAt: NOW };
      expect(await stores.messages.recordAttempts(threadId, id, { before: message.attempts, after: attempts })).toBe(
        true,
      );
      return { ...message, attempts };
    }
    const advanced = await stores.messages.advanceDelivery(threadId, id, { state: "delivered", at: NOW });
    if (message.state !== "sent" && !isUnconfirmed(message)) {
      expect(advanced).toBe("unmoved");
      return message;
    }
    const { failure: _, ...rest } = message;
    const delivered: Message = { ...rest, state: "delivered", stateChangedAt: NOW };
    expect(advanced).toEqual(delivered);
    return delivered;
  };

  it("are read and listed as messages, before and after every change", async () => {
    await expectMessageLists(messages);
    const changed: Message[] = [];
    for (const message of messages) {
      expect(await stores.messages.find(message.threadId, message.id)).toEqual(message);
      const next = await patchMessage(message);
      expect(await stores.messages.find(message.threadId, message.id)).toEqual(next);
      expect(await versionOf("messages", message)).toBeUndefined();
      changed.push(next);
    }
    await expectMessageLists(changed);
  });

  it("are read and listed as contacts, before and after every change", async () => {
    const byName = (contact: Contact) => `${contact.lastName} ${contact.id}`;
    // An interrupted move leaves a contact under two numbers.
    const newest = distinct(contacts.map(({ id }) => id)).map((id) =>
      found(
        newestFirst(
          contacts.filter((contact) => contact.id === id),
          ({ updatedAt }) => updatedAt,
        ).map((value) => ({ value, etag: "" }))[0],
      ),
    );
    const listed = await collectPages(PAGE_LENGTH, (page) => stores.contacts.list(page));
    expect(sortedBy(listed, byName).map(byName)).toEqual(sortedBy(contacts, byName).map(byName));
    for (const contact of contacts) {
      expect(await stores.contacts.withMobilePhone(contact.mobilePhone)).toContainEqual(contact);
    }
    for (const { value: contact } of newest) {
      const stored = found(await stores.contacts.find(contact.id));
      expect(stored.value).toEqual(contact);
      const renamedContact = { ...contact, firstName: "Changed", updatedAt: NOW };
      const replaced = await stores.contacts.replace(stored, renamedContact);
      if (replaced === "stale") throw new Error("stale");
      const moved = { ...renamedContact, mobilePhone: newPhoneNumber() };
      expect(await stores.contacts.replace(replaced, moved)).toMatchObject({ value: moved });
      expect(found(await stores.contacts.find(contact.id)).value).toEqual(moved);
      expect(await stores.contacts.withMobilePhone(moved.mobilePhone)).toEqual([moved]);
    }
  });

  const expectAgentLists = async (expected: readonly Agent[]) => {
    const listed = await collectPages(PAGE_LENGTH, (page) => stores.agents.list(page));
    expect(listed).toEqual(sortedBy(expected, (agent) => `${agent.name} ${agent.id}`));
    for (const queueId of distinct(expected.flatMap(({ queueIds }) => queueIds))) {
      const members = await stores.agents.membersOf(queueId);
      expect(sortedBy(members, ({ id }) => id)).toEqual(
        sortedBy(
          expected.filter(({ queueIds }) => queueIds.includes(queueId)),
          ({ id }) => id,
        ),
      );
    }
    expect(sortedBy(await stores.agents.withClaims(), ({ id }) => id)).toEqual(
      sortedBy(
        expected.filter(({ load }) => load > 0),
        ({ id }) => id,
      ),
    );
  };

  it("are read and listed as agents, before and after every change", async () => {
    await expectAgentLists(agents);
    const changed: Agent[] = [];
    for (const agent of agents) {
      expect(await stores.agents.find(agent.id)).toEqual(agent);
      const profile = { name: `${agent.name}!`, capacity: agent.load + 1, queueIds: ["support"], skills: ["es"] };
      expect(await stores.agents.saveProfile(agent.id, profile)).toEqual({ ...agent, ...profile });
      const choice = presenceChoice("busy", NOW);
      await stores.agents.setPresence(agent.id, choice);
      for (const [id, { token }] of Object.entries(agent.claims)) {
        await stores.agents.release(agent.id, id as keyof Agent["claims"], token);
      }
      const claim = { conversationId: newConversationId(), units: 1, claimedAt: NOW, token: "token" };
      expect(await stores.agents.claim({ agentId: agent.id, ...claim })).toBe("claimed");
      const next: Agent = {
        ...agent,
        ...profile,
        presence: "busy",
        presenceChosenAt: NOW,
        believedUntil: choice.believedUntil,
        lastAssignedAt: NOW,
        load: 1,
        claims: { [claim.conversationId]: { units: 1, claimedAt: NOW, token: "token" } },
      };
      expect(await stores.agents.find(agent.id)).toEqual(next);
      expect(await versionOf("agents", agent)).toBeUndefined();
      changed.push(next);
    }
    await expectAgentLists(changed);
  });

  it.each(SETTING_KINDS)("are read and listed as settings of the kind %s, before and after a change", async (kind) => {
    const settings = settingsOfKind(kind);
    expect(settings.length).toBeGreaterThan(0);
    expect(await stores.settings.list(kind)).toEqual(sortedBy(settings, ({ id }) => id));
    for (const setting of settings) {
      const stored = found(await stores.settings.find(kind, setting.id));
      expect(stored.value).toEqual(setting);
      expect(await stores.settings.put(kind, setting, stored.etag)).toMatchObject({ value: setting });
      expect(await versionOf("settings", { id: setting.id, kind })).toBe(2);
    }
    expect(await stores.settings.list(kind)).toEqual(sortedBy(settings, ({ id }) => id));
  });

  it("are read as a snapshot of the settings", async () => {
    const byId = ({ id }: { readonly id: string }) => id;
    const { organisation, channels, queues, rules, operatingHours } = await stores.settings.snapshot();
    expect(organisation).toEqual(settingsOfKind("organisation")[0]);
    expect(sortedBy(channels, byId)).toEqual(sortedBy(settingsOfKind("channels"), byId));
    expect(sortedBy(queues, byId)).toEqual(sortedBy(settingsOfKind("queues"), byId));
    expect(rules).toEqual(settingsOfKind("routing-rules")[0]?.rules);
    expect(sortedBy(operatingHours, byId)).toEqual(sortedBy(settingsOfKind("operating-hours"), byId));
  });

  it("are read and listed as quarantined events, before and after every replay", async () => {
    const list = () => collectPages(PAGE_LENGTH, (page) => stores.quarantine.list(page));
    expect(await list()).toEqual(newestFirst(quarantine, ({ quarantinedAt }) => quarantinedAt));
    for (const entry of quarantine) {
      expect(await stores.quarantine.find(entry.source, entry.id)).toEqual(entry);
      await stores.quarantine.markReplayed(entry.source, entry.id, NOW);
    }
    const replayed = quarantine.map((entry) => ({ ...entry, replayedAt: NOW }));
    expect(await list()).toEqual(newestFirst(replayed, ({ quarantinedAt }) => quarantinedAt));
  });

  it.each(DOCUMENTS.pace)("are read as the pace of a channel, before and after a turn: $id", async (document) => {
    const { id, end } = document as { readonly id: string; readonly end: number };
    const now: Instant = toInstant(new Date(end - 30_000));
    const request = { channelId: id, segments: 10, perMinute: 10, now };
    // The burst allowance is a tenth of a minute's pace: 6 of the 30 seconds.
    expect(await new CosmosPace(stores.containers).reserve(request)).toBe(24);
    expect(await versionOf("pace", document)).toBe(2);
    expect(await new CosmosPace(stores.containers).reserve(request)).toBe(84);
  });
});
