import { describe, expect, it } from "vitest";
import { type Quarantine, type Quarantined, quarantinedSchema } from "../../shared/intake/quarantine.ts";
import type { Details } from "../fakes/sample-conversation.ts";
import { collectPages } from "./collect.ts";
import { at, newMessageId } from "./sample-ids.ts";

const newEntry = (some: Details = {}): Quarantined =>
  quarantinedSchema.parse({
    id: newMessageId(),
    source: "sms-received",
    provider: "acs",
    reason: "unreadable",
    detail: "data: missing",
    original: { id: "event", nested: [{ any: "thing", none: null }] },
    quarantinedAt: at(0),
    ...some,
  });

/** The contract of the port `Quarantine`. */
export const quarantineContract = (make: () => Promise<{ readonly quarantine: Quarantine }>): void => {
  describe("as a quarantine", () => {
    it("keeps the original whole, with the reason", async () => {
      const { quarantine } = await make();
      const entry = newEntry();
      await quarantine.keep(entry);
      expect(await quarantine.find("sms-received", entry.id)).toEqual(entry);
      expect(await quarantine.find("sms-delivery-report", entry.id)).toBeUndefined();
    });

    it.each(["text", 42, null, ["a", 1], ""])("keeps an original that is %j", async (original) => {
      const { quarantine } = await make();
      const entry = newEntry({ original });
      await quarantine.keep(entry);
      expect((await quarantine.find(entry.source, entry.id))?.original).toEqual(original);
    });

    it("keeps an entry when its event is redelivered", async () => {
      const { quarantine } = await make();
      const entry = newEntry();
      await quarantine.keep(entry);
      await quarantine.markReplayed(entry.source, entry.id, at(1));
      await quarantine.keep({ ...entry, reason: "sms-disabled", quarantinedAt: at(2) });
      expect(await quarantine.find(entry.source, entry.id)).toEqual({ ...entry, replayedAt: at(1) });
    });

    it("discards an entry for good, and returns it", async () => {
      const { quarantine } = await make();
      const entry = newEntry();
      await quarantine.keep(entry);
      expect(await quarantine.discard("sms-delivery-report", entry.id)).toBeUndefined();
      expect(await quarantine.discard(entry.source, entry.id)).toEqual(entry);
      expect(await quarantine.find(entry.source, entry.id)).toBeUndefined();
      expect(await quarantine.discard(entry.source, entry.id)).toBeUndefined();
    });

    it("lists entries of every source, newest first, in pages", async () => {
      const { quarantine } = await make();
      const sources = ["sms-received", "sms-delivery-report"] as const;
      const entries = [2, 0, 4, 1, 3].map((minute) =>
        newEntry({ source: sources[minute % 2], quarantinedAt: at(minute) }),
      );
      for (const entry of entries) await quarantine.keep(entry);
      const known = new Set(entries.map(({ id }) => id));
      const listed = (await collectPages(2, (page) => quarantine.list(page))).filter(({ id }) => known.has(id));
      expect(listed.map(({ quarantinedAt }) => quarantinedAt)).toEqual([4, 3, 2, 1, 0].map(at));
    });
  });
};
