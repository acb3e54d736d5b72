import { describe, expect, it } from "vitest";
import type { Conversations, OpenFilter } from "../../shared/conversation/conversations.ts";
import { collect, collectPages } from "./collect.ts";
import { at, newAgentId, newConversation, newSettingId, newThreadId } from "./sample-ids.ts";

/** The contract of the port `Conversations`. */
export const conversationsContract = (make: () => Promise<{ readonly conversations: Conversations }>): void => {
  describe("as a store of conversations", () => {
    it("finds a created conversation, and returns undefined for an unknown id", async () => {
      const { conversations } = await make();
      const conversation = newConversation("active");
      expect(await conversations.create(conversation)).toEqual({ value: expect.anything(), etag: expect.any(String) });
      expect((await conversations.find(conversation.id))?.value).toEqual(conversation);
      expect(await conversations.find(newConversation("new").id)).toBeUndefined();
    });

    it("keeps a conversation when another is created with its id", async () => {
      const { conversations } = await make();
      const conversation = newConversation("queued");
      await conversations.create(conversation);
      expect(await conversations.create({ ...conversation, preview: "second" })).toBe("exists");
      expect((await conversations.find(conversation.id))?.value.preview).toBe("hello");
    });

    it("creates a conversation once for concurrent requests", async () => {
      const { conversations } = await make();
      const conversation = newConversation("queued");
      const results = await Promise.all(Array.from({ length: 10 }, () => conversations.create(conversation)));
      expect(results.filter((result) => result !== "exists")).toHaveLength(1);
    });

    it("replaces a conversation by one in another state, and keeps no members of the old one", async () => {
      const { conversations } = await make();
      const threadId = newThreadId();
      const offered = newConversation("offered", {}, threadId);
      const queued = newConversation("queued", {}, threadId);
      await conversations.create(offered);
      const stored = await conversations.find(offered.id);
      expect(stored && (await conversations.replace(stored, { ...queued, claimToken: undefined }))).toEqual({
        value: expect.anything(),
        etag: expect.any(String),
      });
      const found = await conversations.find(offered.id);
      expect(found?.value).toEqual(queued);
      expect(found?.value).not.toHaveProperty("offer");
      expect(found?.value).not.toHaveProperty("claimToken");
    });

    it("refuses to replace a version that has changed", async () => {
      const { conversations } = await make();
      const conversation = newConversation("queued");
      await conversations.create(conversation);
      const stored = await conversations.find(conversation.id);
      if (!stored) throw new Error("not found");
      const results = await Promise.all(
        ["one", "two", "three"].map((preview) => conversations.replace(stored, { ...conversation, preview })),
      );
      expect(results.filter((result) => result === "stale")).toHaveLength(2);
      expect(await conversations.replace(stored, conversation)).toBe("stale");
    });

    it("lists the waiting conversations of a queue by priority, then by time, over all pages", async () => {
      const { conversations } = await make();
      const [queueId, otherQueueId] = [newSettingId(), newSettingId()];
      const waiting = Array.from({ length: 25 }, (_, n) =>
        newConversation("queued", { queueId, priority: n % 3, queuedAt: at((n * 7) % 25) }),
      );
      const others = [
        newConversation("queued", { queueId: otherQueueId }),
        newConversation("offered", { queueId }),
        newConversation("active", { queueId }),
        newConversation("closed", { queueId }),
      ];
      for (const conversation of [...waiting, ...others]) await conversations.create(conversation);
      const listed = (await collect(conversations.waitingIn(queueId))).map(({ value }) => value);
      expect(listed.map(({ priority, queuedAt }) => `${priority} ${queuedAt}`)).toEqual(
        waiting
          .map((conversation) => `${conversation.priority} ${conversation.state === "queued" && conversation.queuedAt}`)
          .toSorted(),
      );
      expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(waiting.map(({ id }) => id)));
    });

    it("lists waiting conversations with the etag that a replacement accepts", async () => {
      const { conversations } = await make();
      const queueId = newSettingId();
      await conversations.create(newConversation("queued", { queueId }));
      const [stored] = await collect(conversations.waitingIn(queueId));
      expect(stored && (await conversations.replace(stored, { ...stored.value, preview: "changed" }))).toEqual({
        value: expect.anything(),
        etag: expect.any(String),
      });
      expect(stored && (await conversations.replace(stored, stored.value))).toBe("stale");
    });

    it("lists an agent's conversations in the given states, latest change first", async () => {
      const { conversations } = await make();
      const [agentId, otherAgentId] = [newAgentId(), newAgentId()];
      const offer = { agentId, offeredAt: at(0), expiresAt: at(2) };
      const mine = [
        newConversation("wrap-up", { agentId, stateChangedAt: at(1) }),
        newConversation("offered", { offer, stateChangedAt: at(4) }),
        newConversation("active", { agentId, stateChangedAt: at(3) }),
        newConversation("waiting", { agentId, stateChangedAt: at(2) }),
      ];
      const others = [newConversation("active", { agentId: otherAgentId }), newConversation("queued")];
      for (const conversation of [...mine, ...others]) await conversations.create(conversation);
      const listedIn = async (...states: Parameters<Conversations["ofAgent"]>[1]) =>
        (await collectPages(2, (page) => conversations.ofAgent(agentId, states, page))).map(({ state }) => state);
      expect(await listedIn("offered", "active", "waiting", "wrap-up")).toEqual([
        "offered",
        "active",
        "waiting",
        "wrap-up",
      ]);
      expect(await listedIn("waiting")).toEqual(["waiting"]);
    });

    it("lists the conversations that an agent last worked on and that closed since a time, last closed first", async () => {
      const { conversations } = await make();
      const [agentId, otherAgentId] = [newAgentId(), newAgentId()];
      const created = [
        ...[3, 1, 4, 2].map((minute) =>
          newConversation("closed", { lastAgentId: agentId, stateChangedAt: at(minute) }),
        ),
        newConversation("closed", { lastAgentId: otherAgentId, stateChangedAt: at(5) }),
        newConversation("active", { agentId, lastAgentId: agentId, stateChangedAt: at(6) }),
        newConversation("closed", { lastAgentId: undefined, stateChangedAt: at(7) }),
      ];
      for (const conversation of created) await conversations.create(conversation);
      const listed = await collectPages(2, (page) => conversations.closedOf(agentId, at(2), page));
      expect(listed.map(({ stateChangedAt }) => stateChangedAt)).toEqual([4, 3, 2].map(at));
    });

    it("lists the conversations that may be picked from a queue, oldest first, in pages", async () => {
      const { conversations } = await make();
      const queueId = newSettingId();
      const minutes = [4, 1, 3, 0, 2];
      for (const minute of minutes) {
        await conversations.create(newConversation("queued", { queueId, queuedAt: at(minute), priority: minute % 2 }));
      }
      await conversations.create(newConversation("active", { queueId }));
      const listed = await collectPages(2, (page) => conversations.openIn(queueId, page));
      expect(listed.map((conversation) => conversation.state === "queued" && conversation.queuedAt)).toEqual(
        [0, 1, 2, 3, 4].map(at),
      );
    });

    it("lists what is open by state, queue and owner, latest change first", async () => {
      const { conversations } = await make();
      const [agentId, queueId] = [newAgentId(), newSettingId()];
      const created = [
        newConversation("queued", { queueId, stateChangedAt: at(1) }),
        newConversation("active", { queueId, agentId, stateChangedAt: at(2) }),
        newConversation("waiting", { agentId, stateChangedAt: at(3) }),
        newConversation("closed", { queueId, stateChangedAt: at(0) }),
      ];
      for (const conversation of created) await conversations.create(conversation);
      const listed = async (filter: OpenFilter) =>
        (await collectPages(1, (page) => conversations.listOpen(filter, page))).map(({ state }) => state);
      expect(await listed({ queueId })).toEqual(["active", "queued"]);
      expect(await listed({ agentId })).toEqual(["waiting", "active"]);
      expect(await listed({ agentId, queueId })).toEqual(["active"]);
      expect(await listed({ queueId, state: "queued" })).toEqual(["queued"]);
      const all = (await collectPages(50, (page) => conversations.listOpen({}, page))).map(({ id }) => id);
      expect(all).toEqual(expect.arrayContaining(created.slice(0, 3).map(({ id }) => id)));
      expect(all).not.toContain(created[3]?.id);
    });

    it("counts what is open in a queue and in a channel, by state", async () => {
      const { conversations } = await make();
      const [queueId, channelId] = [newSettingId(), newSettingId()];
      expect(await conversations.countOpen({ queueId })).toEqual({});
      for (const state of ["queued", "queued", "active", "wrap-up", "closed"] as const) {
        await conversations.create(newConversation(state, { queueId, channelId }));
      }
      await conversations.create(newConversation("queued", { channelId }));
      expect(await conversations.countOpen({ queueId })).toEqual({ queued: 2, active: 1, "wrap-up": 1 });
      expect(await conversations.countOpen({ channelId })).toEqual({ queued: 3, active: 1, "wrap-up": 1 });
    });

    it("iterates over all conversations that are not closed", async () => {
      const { conversations } = await make();
      const states = ["new", "queued", "offered", "active", "waiting", "wrap-up"] as const;
      const open = states.map((state) => newConversation(state));
      const closed = newConversation("closed");
      for (const conversation of [...open, closed]) await conversations.create(conversation);
      const ids = (await collect(conversations.open())).map(({ value }) => value.id);
      expect(ids).toEqual(expect.arrayContaining(open.map(({ id }) => id)));
      expect(ids).not.toContain(closed.id);
      expect(new Set(ids).size).toBe(ids.length);
    });
  });
};
