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
  it("chooses the first rule whose conditions all hold, with its priority and skills", () => {
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
    ["the conversation's channel", { channelIds: ["main"] }, true],
    ["another channel", { channelIds: ["second"] }, false],
    ["part of the text, in any case", { textContains: ["refund", "invoice"] }, true],
    ["words that the text does not contain", { textContains: ["refund"] }, false],
    ["a tag of the contact", { contactTags: ["gold", "vip"] }, true],
    ["a tag that the contact does not have", { contactTags: ["gold"] }, false],
    ["hours that are open", { hours: { id: "office", open: true } }, true],
    ["hours that must be closed and are open", { hours: { id: "office", open: false } }, false],
    ["hours that do not exist", { hours: { id: "unknown", open: false } }, false],
    ["two conditions, one of which holds", { channelIds: ["main"], contactTags: ["gold"] }, false],
  ])("evaluates a condition on %s", (_, when, holds) => {
    const contact = sampleContact("ana", { tags: ["vip"] });
    const given = { rules: [sampleRule({ when })], operatingHours: [weekdays] };
    expect(chosen(given, { contact }).queueId).toBe(holds ? "billing" : "support");
  });

  it.each([
    ["another apostrophe", "It doesn’t work", "doesn't work"],
    ["a decomposed accent", "Pide re\u0301gimen", "régimen"],
    ["no accent", "mi cancion", "CANCIÓN"],
    ["a no-break space", "does\u00A0not work", "does not work"],
    ["a line break", "does\nnot work", "does not work"],
    ["full width", "ＩＮＶＯＩＣＥ", "invoice"],
    ["invisible characters", "in\u200Bvo\u00ADice", "invoice"],
    ["capitals without a small form", "STRASSE", "straße"],
  ])("matches a word in the text whatever its form: %s", (_, text, word) => {
    const rules = [sampleRule({ when: { textContains: [word] } })];
    expect(chosen({ rules }, { text }).queueId).toBe("billing");
  });

  it("matches a tag of the contact whatever its form", () => {
    const rules = [sampleRule({ when: { contactTags: ["señor"] } })];
    const contact = sampleContact("ana", { tags: ["SEN\u0303OR"] });
    expect(chosen({ rules }, { contact }).queueId).toBe("billing");
  });

  it("matches no text by a word without a visible character", () => {
    const when = { textContains: ["invoice"] };
    const rule = { ...sampleRule({ when }), when: { textContains: ["\u200B"] } };
    expect(chosen({ rules: [rule] }).queueId).toBe("support");
  });

  it("does not match a tag without a contact", () => {
    expect(chosen({ rules: [sampleRule({ when: { contactTags: ["vip"] } })] }).queueId).toBe("support");
  });

  it("chooses the channel's queue when no rule matches, with the default priority", () => {
    expect(chosen({})).toEqual({ queueId: "support", priority: 100, skills: [], routedBy: "channel" });
  });

  it("chooses the organisation's queue when the channel names none", () => {
    const { queueId: _, ...channel } = sampleChannel();
    expect(chosen({}, { channel })).toEqual({
      queueId: "fallback",
      priority: 100,
      skills: [],
      routedBy: "organisation",
    });
  });

  it("ignores a rule or a channel that names a queue that does not exist", () => {
    const rules = [sampleRule({ queueId: "deleted" })];
    expect(chosen({ rules }).routedBy).toBe("channel");
    expect(chosen({ rules }, { channel: sampleChannel({ queueId: "deleted" }) }).routedBy).toBe("organisation");
  });
});

describe("queueOf", () => {
  it("returns the defaults for a deleted queue, so that its waiting conversations are still dispatched", () => {
    expect(queueOf(sampleOrganisation(), "deleted")).toMatchObject({
      id: "deleted",
      offerSeconds: 120,
      declineLimit: 3,
    });
  });
});
