import { describe, expect, it } from "vitest";
import { type Audit, type AuditEntry, auditEntrySchema } from "../../shared/records/audit.ts";
import { collectPages } from "./collect.ts";
import { at, newAgentId, newMessageId } from "./sample-ids.ts";

const newEntry = (some: Partial<AuditEntry> = {}): AuditEntry =>
  auditEntrySchema.parse({
    id: newMessageId(),
    at: at(0),
    by: newAgentId(),
    roles: ["Administrator"],
    operation: "save-setting",
    target: { kind: "queues", id: "support" },
    members: ["name"],
    outcome: "intended",
    ...some,
  });

/** The contract of the port `Audit`. */
export const auditContract = (make: () => Promise<{ readonly audit: Audit }>): void => {
  describe("as an audit", () => {
    it("lists entries with their results, newest first, in pages", async () => {
      const { audit } = await make();
      const entries = [2, 0, 4, 1, 3].map((minute) => newEntry({ at: at(minute) }));
      for (const entry of entries) await audit.intend(entry);
      const [first] = entries;
      if (!first) throw new Error("there is no entry");
      const result = { outcome: "done", target: { ...first.target, createdId: "new" } } as const;
      await audit.settle(first, result);
      const known = new Set(entries.map(({ id }) => id));
      const listed = (await collectPages(2, (page) => audit.list(page))).filter(({ id }) => known.has(id));
      expect(listed.map((entry) => entry.at)).toEqual([4, 3, 2, 1, 0].map(at));
      expect(listed[2]).toEqual({ ...first, ...result });
      expect(listed[0]?.outcome).toBe("intended");
    });

    it("keeps entries of different months apart, and finds both", async () => {
      const { audit } = await make();
      const [march, april] = [
        newEntry(),
        newEntry({ at: auditEntrySchema.shape.at.parse("2026-04-01T00:00:00.000Z") }),
      ];
      for (const entry of [march, april]) {
        await audit.intend(entry);
        await audit.settle(entry, { outcome: "refused", target: {} });
      }
      const outcomes = (await collectPages(50, (page) => audit.list(page)))
        .filter(({ id }) => id === march.id || id === april.id)
        .map(({ outcome }) => outcome);
      expect(outcomes).toEqual(["refused", "refused"]);
    });
  });
};
