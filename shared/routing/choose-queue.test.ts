import { describe, expect, it } from "vitest";
import {
  type SampleOrganisation,
  sampleChannel,
  sampleCompany,
  sampleContact,
  sampleOrganisation,
  sampleRule,
} from "../../tests/fakes/sample-organisation.ts";
import { instantSchema } from "../kernel/instant.ts";
import { operatingHoursSettingSchema, queueOf } from "../settings/settings.ts";
import { chooseQueue, type RoutingCase } from "./choose-queue.ts";

const chosen = (some: Partial<SampleOrganisation>, about: Partial<RoutingCase> = {}) =>
  chooseQueue(sampleOrganisation(some), {
    organisation: sampleCompany(),
    channel: sampleChannel(),
    contact: undefined,
    text: "My INVOICE is wrong",
    now: instantSchema.parse("2026-03-02T10:30:00.000Z"),
    ...about,
  });

const weekdays = operatingHoursSettingSchema.parse({
  id: "office",
  timeZone: "UTC",
  holidays: [],
  week: [{ day: "monday", from: "09:00", until: "17:00" }],
});

describe("chooseQueue", () => {
  it("takes the first rule whose conditions all hold, with its priority and skills", () => {
    const rules = [
      sampleRule({ name: "no", when: { textContains: ["refund"] }, queueId: "support" }),
      sampleRule({ name: "bills", when: { textContains: ["invoice"] }, priority: 7, skills: ["bills"] }),
      sampleRule({ name: "late", when: {}, queueId: "support" }),
    ];
    expect(chosen({ rules })).toEqual({
      queueId: "billing",
      priority: 7,
      skills: ["bills"],
      routedBy: "rule: bills",
    });
  });

  it.each([
    ["the channel's own", { channelIds: ["main"] }, true],
    ["another channel's", { channelIds: ["second"] }, false],
    ["part of the text, in any case", { textContains: ["refund", "invoice"] }, true],
    ["words that the text has not", { textContains: ["refund"] }, false],
    ["a tag of the contact", { contactTags: ["gold", "vip"] }, true],
    ["a tag that the contact has not", { contactTags: ["gold"] }, false],
    ["hours that are open", { hours: { id: "office", open: true } }, true],
    ["hours that are to be closed and are open", { hours: { id: "office", open: false } }, false],
    ["hours that do not exist", { hours: { id: "nowhere", open: false } }, false],
    ["two conditions of which one holds", { channelIds: ["main"], contactTags: ["gold"] }, false],
  ])("reads a condition on %s", (_, when, holds) => {
    const contact = sampleContact("ana", { tags: ["vip"] });
    const given = { rules: [sampleRule({ when })], operatingHours: [weekdays] };
    expect(chosen(given, { contact }).queueId).toBe(holds ? "billing" : "support");
  });

  it("finds no tag where nobody is known", () => {
    expect(chosen({ rules: [sampleRule({ when: { contactTags: ["vip"] } })] }).queueId).toBe("support");
  });

  it("takes the channel's queue when no rule holds, at ordinary priority", () => {
    expect(chosen({})).toEqual({ queueId: "support", priority: 100, skills: [], routedBy: "channel" });
  });

  it("takes the organisation's queue when the channel names none", () => {
    const { queueId: _, ...channel } = sampleChannel();
    expect(chosen({}, { channel })).toEqual({
      queueId: "fallback",
      priority: 100,
      skills: [],
      routedBy: "organisation",
    });
  });

  it("passes over a rule and a channel that name a queue which does not exist", () => {
    const rules = [sampleRule({ queueId: "gone" })];
    expect(chosen({ rules }).routedBy).toBe("channel");
    expect(chosen({ rules }, { channel: sampleChannel({ queueId: "gone" }) }).routedBy).toBe("organisation");
  });
});

describe("queueOf", () => {
  it("has the defaults for a queue that was deleted, so that whoever waits in it is still served", () => {
    expect(queueOf(sampleOrganisation(), "gone")).toMatchObject({ id: "gone", offerSeconds: 120, declineLimit: 3 });
  });
});
