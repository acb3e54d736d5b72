import { describe, expect, it } from "vitest";
import type { Settings } from "../../shared/settings/settings.ts";
import { sampleChannel, sampleQueue } from "../fakes/sample-organisation.ts";
import { at, newSettingId } from "./sample-ids.ts";

/** The contract of the port `Settings`. */
export const settingsContract = (make: () => Promise<{ readonly settings: Settings }>): void => {
  describe("as a store of settings", () => {
    it("finds a setting by its kind and id", async () => {
      const { settings } = await make();
      const queue = sampleQueue({ id: newSettingId() });
      expect(await settings.find("queues", queue.id)).toBeUndefined();
      expect(await settings.put("queues", queue)).toEqual({ value: expect.anything(), etag: expect.any(String) });
      expect((await settings.find("queues", queue.id))?.value).toEqual(queue);
      expect(await settings.find("channels", queue.id)).toBeUndefined();
    });

    it("lists the settings of one kind", async () => {
      const { settings } = await make();
      const id = newSettingId();
      await settings.put("queues", sampleQueue({ id }));
      await settings.put("channels", sampleChannel({ id }));
      expect(await settings.list("queues")).toContainEqual(sampleQueue({ id }));
      expect(await settings.list("queues")).not.toContainEqual(sampleChannel({ id }));
      expect(await settings.list("channels")).toContainEqual(sampleChannel({ id }));
    });

    it("replaces any version when no etag is given", async () => {
      const { settings } = await make();
      const queue = sampleQueue({ id: newSettingId() });
      await settings.put("queues", queue);
      expect(await settings.put("queues", { ...queue, name: "Renamed" })).toEqual({
        value: expect.anything(),
        etag: expect.any(String),
      });
      expect((await settings.find("queues", queue.id))?.value.name).toBe("Renamed");
    });

    it("refuses to replace a version that has changed", async () => {
      const { settings } = await make();
      const queue = sampleQueue({ id: newSettingId() });
      await settings.put("queues", queue);
      const etag = (await settings.find("queues", queue.id))?.etag;
      expect(await settings.put("queues", { ...queue, name: "First" }, etag)).toEqual({
        value: expect.anything(),
        etag: expect.any(String),
      });
      expect(await settings.put("queues", { ...queue, name: "Second" }, etag)).toBe("stale");
      expect((await settings.find("queues", queue.id))?.value.name).toBe("First");
    });

    it("refuses to replace a setting that does not exist", async () => {
      const { settings } = await make();
      const queue = sampleQueue({ id: newSettingId() });
      expect(await settings.put("queues", queue, '"some-version"')).toBe("stale");
      expect(await settings.find("queues", queue.id)).toBeUndefined();
    });

    it("finds a retired setting only where the caller says so", async () => {
      const { settings } = await make();
      const [queue, other] = [sampleQueue({ id: newSettingId() }), sampleQueue({ id: newSettingId() })];
      await settings.put("queues", other);
      const stored = await settings.put("queues", queue);
      if (stored === "stale") throw new Error("not saved");
      const retired = await settings.retire("queues", stored, at(1));
      expect(retired).toEqual({ value: queue, etag: expect.any(String), retiredAt: at(1) });
      expect(await settings.findWithRetired("queues", queue.id)).toEqual(retired);
      expect(await settings.find("queues", queue.id)).toBeUndefined();
      expect(await settings.list("queues")).not.toContainEqual(queue);
      const listed = await settings.listWithRetired("queues");
      expect(listed).toEqual(expect.arrayContaining([queue, other]));
      await expect.poll(async () => (await settings.snapshot()).queues, { timeout: 11_000 }).toContainEqual(other);
      expect((await settings.snapshot()).queues).not.toContainEqual(queue);
    });

    it("retires only the version that was read", async () => {
      const { settings } = await make();
      const queue = sampleQueue({ id: newSettingId() });
      const first = await settings.put("queues", queue);
      await settings.put("queues", { ...queue, name: "Renamed" });
      expect(first !== "stale" && (await settings.retire("queues", first, at(1)))).toBe("stale");
      expect(await settings.find("queues", queue.id)).toMatchObject({ value: { name: "Renamed" } });
    });

    it("applies a retired setting again when it is saved, in the retired version or in any", async () => {
      const { settings } = await make();
      const queue = sampleQueue({ id: newSettingId() });
      const stored = await settings.put("queues", queue);
      if (stored === "stale") throw new Error("not saved");
      const retired = await settings.retire("queues", stored, at(1));
      expect(await settings.put("queues", queue, stored.etag)).toBe("stale");
      const etag = retired === "stale" ? retired : retired.etag;
      expect(await settings.put("queues", queue, etag)).toEqual({ value: queue, etag: expect.any(String) });
      const current = await settings.find("queues", queue.id);
      if (current) await settings.retire("queues", current, at(2));
      await settings.put("queues", queue);
      expect(await settings.findWithRetired("queues", queue.id)).toEqual({ value: queue, etag: expect.any(String) });
    });

    it("shows changes in a snapshot within its refresh time", async () => {
      const { settings } = await make();
      const [queue, channel] = [sampleQueue({ id: newSettingId() }), sampleChannel({ id: newSettingId() })];
      await settings.put("queues", queue);
      await settings.put("channels", channel);
      await expect.poll(async () => (await settings.snapshot()).queues, { timeout: 11_000 }).toContainEqual(queue);
      expect((await settings.snapshot()).channels).toContainEqual(channel);
    });
  });
};
