import { describe, expect, it } from "vitest";
import { LruKnownOwners } from "../../infra/memory/lru-known-owners.ts";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { customerOf, type Details, sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import type { ConversationState } from "./conversation.ts";
import { liveConversations } from "./live-conversations.ts";

/** A store with live updates, and what they were notified of. */
const make = () => {
  const fakes = makeFakes();
  const owners = new LruKnownOwners();
  const conversations = liveConversations(fakes.conversations, { liveUpdates: fakes.liveUpdates, owners });
  return { fakes, owners, conversations, changes: fakes.liveUpdates.changes };
};

const { id: conversationId } = sampleConversation("queued");

describe("liveConversations", () => {
  it("notifies the queue of a conversation that opens in it", async () => {
    const { conversations, changes } = make();
    await conversations.create(sampleConversation("queued"));
    expect(changes).toEqual([{ kind: "conversation", conversationId, agentIds: [], queueIds: ["support"] }]);
  });

  it.each<[ConversationState, Details, ConversationState, Details, readonly string[], readonly string[]]>([
    ["queued", {}, "offered", {}, ["agent-a"], ["support"]],
    ["offered", {}, "queued", {}, ["agent-a"], ["support"]],
    ["offered", {}, "active", {}, ["agent-a"], []],
    ["active", {}, "active", { agentId: "agent-b" }, ["agent-a", "agent-b"], []],
    ["active", {}, "queued", { queueId: "billing" }, ["agent-a"], ["billing"]],
    ["queued", {}, "queued", { queueId: "billing" }, [], ["support", "billing"]],
    ["waiting", {}, "active", {}, ["agent-a"], []],
    ["wrap-up", {}, "closed", {}, ["agent-a"], []],
  ])("notifies who had it and who has it: %s %j -> %s %j", async (from, had, to, has, agentIds, queueIds) => {
    const { fakes, conversations, changes } = make();
    const before = sampleConversation(from, had);
    fakes.conversations.seed(before);
    const stored = await conversations.find(conversationId);
    if (!stored) throw new Error("no conversation");
    await conversations.replace(stored, sampleConversation(to, has));
    expect(changes).toEqual([{ kind: "conversation", conversationId, agentIds, queueIds }]);
  });

  it("notifies after the change is stored, by ids only", async () => {
    const { fakes, conversations, changes } = make();
    const storedStates: string[] = [];
    fakes.liveUpdates.notify = (change) => {
      storedStates.push(...fakes.conversations.all().map(({ state }) => state));
      changes.push(change);
    };
    const created = await conversations.create(sampleConversation("queued", { preview: "my tent leaks" }));
    if (created === "exists") throw new Error("it exists");
    await conversations.replace(created, sampleConversation("active", { preview: "my tent leaks" }));
    expect(storedStates).toEqual(["queued", "active"]);
    expect(JSON.stringify(changes)).not.toContain("tent");
    expect(JSON.stringify(changes)).not.toContain(customerOf(0));
  });

  it("records the owner after the change", async () => {
    const { owners, conversations } = make();
    const created = await conversations.create(sampleConversation("offered"));
    expect(owners.find(conversationId)).toBe("agent-a");
    if (created === "exists") throw new Error("it exists");
    await conversations.replace(created, sampleConversation("queued"));
    expect(owners.find(conversationId)).toBeUndefined();
  });

  it("does not notify of a change that was not stored", async () => {
    const { fakes, conversations, changes } = make();
    fakes.conversations.seed(sampleConversation("queued"));
    expect(await conversations.create(sampleConversation("queued"))).toBe("exists");
    const stale = { value: sampleConversation("queued"), etag: '"old"' };
    expect(await conversations.replace(stale, sampleConversation("closed"))).toBe("stale");
    expect(changes).toEqual([]);
  });
});
