import { describe, expect, it } from "vitest";
import { sampleChannel, sampleCompany, sampleQueue, sampleRule } from "../../tests/fakes/sample-organisation.ts";
import { type ReferringSettings, referencesTo } from "./references.ts";

const WEEK = { id: "week", timeZone: "UTC", week: [], holidays: [] };

const SETTINGS: ReferringSettings = {
  organisations: [sampleCompany()],
  // The app is not set up for Twilio: that is no reference to anything.
  channels: [sampleChannel(), sampleChannel({ id: "second", provider: "twilio", number: "+14255550101" })],
  queues: [
    sampleQueue({ overflow: { afterSeconds: 60, toQueueId: "billing" } }),
    sampleQueue({ id: "billing", operatingHoursId: "week" }),
    sampleQueue({ id: "fallback" }),
    sampleQueue({ id: "spare", overflow: { afterSeconds: 60 } }),
  ],
  routingRules: [
    {
      id: "routing-rules",
      rules: [sampleRule({ queueId: "billing", when: { channelIds: ["main"], hours: { id: "week", open: true } } })],
    },
  ],
  operatingHours: [WEEK, { ...WEEK, id: "unused" }],
  providers: ["acs"],
};

describe("referencesTo", () => {
  it.each([
    ["queues", "fallback", ["organisation.fallbackQueueId"]],
    ["queues", "support", ["channels.main.queueId", "channels.second.queueId"]],
    ["queues", "billing", ["queues.support.overflow.toQueueId", "routing-rules.rules.0.queueId"]],
    ["queues", "spare", []],
    ["channels", "main", ["routing-rules.rules.0.when.channelIds"]],
    ["channels", "second", []],
    ["operating-hours", "week", ["queues.billing.operatingHoursId", "routing-rules.rules.0.when.hours.id"]],
    ["operating-hours", "unused", []],
    ["routing-rules", "routing-rules", []],
    ["quick-replies", "support", []],
  ] as const)("names what refers to %s %s: %j", (kind, id, fields) => {
    const references = referencesTo({ kind, id }, SETTINGS);
    expect(references).toEqual(fields.map((field) => ({ field, message: "refers to it" })));
  });
});
