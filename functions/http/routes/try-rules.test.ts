import { describe, expect, it } from "vitest";
import { operatingHoursSettingSchema } from "../../../shared/settings/settings.ts";
import { sampleContact, sampleRule } from "../../../tests/fakes/sample-organisation.ts";
import { ADMINISTRATOR, TestApi } from "../../../tests/http/test-api.ts";

const as = ADMINISTRATOR;

const rules = [
  sampleRule({ name: "moved", queueId: "nowhere" }),
  sampleRule({ name: "other number", when: { channelIds: ["second"] } }),
  sampleRule({ name: "gold", when: { contactTags: ["gold"] } }),
  sampleRule({ name: "refunds", when: { textContains: ["refund"] } }),
  sampleRule({ name: "at night", when: { hours: { id: "night", open: true } } }),
  sampleRule({ name: "invoices", when: { textContains: ["invoice"] }, priority: 7, skills: ["bills"] }),
  sampleRule({ name: "everything else" }),
];

const tryText = async (text: string, some: object = {}) => {
  const api = new TestApi({
    rules,
    contacts: [sampleContact("robin", { mobilePhone: "+14255550123", tags: ["gold"] })],
  });
  const body = { channelId: "main", customer: "(425) 555-0199", text, ...some };
  return api.post("/settings/routing-rules/try", { as, body });
};

describe("POST /settings/routing-rules/try", () => {
  it("shows the rule that applies, and the first obstacle of each rule before it", async () => {
    const { status, body } = await tryText("My INVOICE is wrong");
    expect(status).toBe(200);
    expect(body).toEqual({
      queueId: "billing",
      priority: 7,
      skills: ["bills"],
      routedBy: "rule: invoices",
      rules: [
        { name: "moved", obstacle: "unknown-queue" },
        { name: "other number", obstacle: "channel" },
        { name: "gold", obstacle: "contact" },
        { name: "refunds", obstacle: "text" },
        { name: "at night", obstacle: "hours" },
        { name: "invoices" },
      ],
    });
  });

  it.each([
    ["2026-03-02T22:30:00Z", "at night"],
    ["2026-03-03T00:30:00+02:00", "at night"],
    ["2026-03-02T12:00:00.000Z", "everything else"],
  ])("evaluates the operating hours at %s: %s", async (at, rule) => {
    const night = operatingHoursSettingSchema.parse({
      id: "night",
      timeZone: "UTC",
      holidays: [],
      week: [{ day: "monday", from: "20:00", until: "24:00" }],
    });
    const api = new TestApi({ rules, operatingHours: [night] });
    const body = { channelId: "main", customer: "(425) 555-0199", text: "Hello", at };
    const { body: trial } = await api.post("/settings/routing-rules/try", { as, body });
    expect(trial.routedBy).toBe(`rule: ${rule}`);
  });

  it("knows the contact by the number", async () => {
    const { body } = await tryText("Hello", { customer: "425 555 0123" });
    expect(body).toMatchObject({ routedBy: "rule: gold" });
  });

  it("stores nothing", async () => {
    const api = new TestApi({ rules });
    const writes: string[] = [];
    api.fakes.hooks.afterWrite = (operation) => void writes.push(operation);
    const body = { channelId: "main", customer: "(425) 555-0199", text: "Hello" };
    expect((await api.post("/settings/routing-rules/try", { as, body })).status).toBe(200);
    expect(writes).toEqual([]);
  });

  it.each([
    ["channelId", { channelId: "unknown" }],
    ["customer", { customer: "12" }],
    ["at", { at: "tomorrow" }],
  ])("refuses an invalid %s", async (field, some) => {
    const { status, body } = await tryText("Hello", some);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ field: expect.stringContaining(field) }]);
  });
});
