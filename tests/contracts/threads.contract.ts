import { describe, expect, it } from "vitest";
import { type Thread, type Threads, threadSchema } from "../../shared/conversation/thread.ts";
import { collectPages } from "./collect.ts";
import { at, newAgentId, newSettingId, newThreadId } from "./sample-ids.ts";

const newThread = (): Thread =>
  threadSchema.parse({
    id: newThreadId(),
    channelId: "main",
    channelNumber: "+14255550100",
    customer: "+14255550123",
    lastNumber: 1,
  });

/** The contract of the port `Threads`. */
export const threadsContract = (make: () => Promise<{ readonly threads: Threads }>): void => {
  describe("as a store of threads", () => {
    it("finds a created thread, and returns undefined for an unknown id", async () => {
      const { threads } = await make();
      const thread = newThread();
      expect(await threads.find(thread.id)).toBeUndefined();
      expect(await threads.create(thread)).toEqual({ value: expect.anything(), etag: expect.any(String) });
      expect((await threads.find(thread.id))?.value).toEqual(thread);
    });

    it("keeps a thread when another is created with its id", async () => {
      const { threads } = await make();
      const thread = newThread();
      await threads.create(thread);
      expect(await threads.create({ ...thread, lastNumber: 9 })).toBe("exists");
      expect((await threads.find(thread.id))?.value.lastNumber).toBe(1);
    });

    it("accepts one of several concurrent changes of the same version", async () => {
      const { threads } = await make();
      const thread = newThread();
      await threads.create(thread);
      const stored = await threads.find(thread.id);
      if (!stored) throw new Error("not found");
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, n) => threads.replace(stored, { ...thread, lastNumber: n + 2 })),
      );
      expect(results.filter((result) => result !== "stale")).toHaveLength(1);
      expect((await threads.find(thread.id))?.value.lastNumber).toBe(
        results.findIndex((result) => result !== "stale") + 2,
      );
    });

    it("lists the threads of opted-out customers, latest change first, in pages, of all channels or of one", async () => {
      const { threads } = await make();
      const channelId = newSettingId();
      const known = [0, 1, 2, 3].map((minute) => ({
        ...newThread(),
        channelId,
        consent: { optedOut: minute !== 1, changedAt: at(minute), source: { kind: "provider" as const } },
      }));
      for (const thread of known) await threads.create(thread);
      await threads.create(newThread());
      const listed = await collectPages(2, (page) => threads.optedOut(page, channelId));
      expect(listed.map(({ id }) => id)).toEqual([known[3]?.id, known[2]?.id, known[0]?.id]);
      const all = await collectPages(50, (page) => threads.optedOut(page));
      expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(listed.map(({ id }) => id)));
      expect(all.every(({ consent }) => consent?.optedOut)).toBe(true);
    });

    it("lists the threads of blocked numbers, latest block first, in pages, of all channels or of one", async () => {
      const { threads } = await make();
      const channelId = newSettingId();
      const known = [0, 1, 2, 3].map((minute) => ({
        ...newThread(),
        channelId,
        block: { isBlocked: minute !== 1, changedAt: at(minute), agentId: newAgentId(), reason: "spam" },
      }));
      for (const thread of known) await threads.create(thread);
      await threads.create(newThread());
      const listed = await collectPages(2, (page) => threads.blocked(page, channelId));
      expect(listed).toEqual([known[3], known[2], known[0]]);
      const all = await collectPages(50, (page) => threads.blocked(page));
      expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(listed.map(({ id }) => id)));
      expect(all.every(({ block }) => block?.isBlocked)).toBe(true);
    });
  });
};
