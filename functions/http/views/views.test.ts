import { describe, expect, it } from "vitest";
import type { Draft } from "../../../shared/conversation/drafts.ts";
import { inboundMessageSchema, noteSchema, outboundMessageSchema } from "../../../shared/conversation/message.ts";
import { threadSchema } from "../../../shared/conversation/thread.ts";
import { quarantinedSchema } from "../../../shared/intake/quarantine.ts";
import { agentIdSchema, conversationIdSchema } from "../../../shared/kernel/ids.ts";
import type { ConversationDetails } from "../../../shared/routing/view-conversation.ts";
import { SETTING_SCHEMAS, type SettingKind } from "../../../shared/settings/settings.ts";
import { FakeProvider } from "../../../tests/fakes/fake-provider.ts";
import { customerOf, sampleConversation, sampleThreadId } from "../../../tests/fakes/sample-conversation.ts";
import {
  CHANNEL_NUMBER,
  sampleAgent,
  sampleChannel,
  sampleCompany,
  sampleContact,
  sampleQueue,
  sampleRule,
} from "../../../tests/fakes/sample-organisation.ts";
import { agentView, agentViewSchema } from "./agent.ts";
import { contactView, contactViewSchema } from "./contact.ts";
import { contactImportView, contactImportViewSchema } from "./contact-import.ts";
import {
  conversationDetailsView,
  conversationDetailsViewSchema,
  conversationView,
  conversationViewSchema,
} from "./conversation.ts";
import { draftView, draftViewSchema } from "./draft.ts";
import { healthView, healthViewSchema } from "./health.ts";
import { messageView, messageViewSchema } from "./message.ts";
import { optOutHistoryView, optOutHistoryViewSchema, optOutView, optOutViewSchema } from "./opt-out.ts";
import { providersView, providerViewSchema, verificationView, verificationViewSchema } from "./provider.ts";
import { quarantinedView, quarantinedViewSchema } from "./quarantined.ts";
import { settingView, settingViewSchema } from "./setting.ts";

const AT = "2026-03-02T10:00:00.000Z";
const AGENT = agentIdSchema.parse("agent-a");

/** The value with a member "leaked" in each of its objects, however deep. */
const withInternals = <T>(value: T): T => {
  if (Array.isArray(value)) return value.map(withInternals) as T;
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, withInternals(member)]);
  return { ...Object.fromEntries(members), leaked: "secret" };
};

const asJson = (value: unknown) => JSON.parse(JSON.stringify(value));

const routingDecision = {
  decidedAt: AT,
  agentId: "agent-a",
  chosenBy: "round-robin",
  eligible: ["agent-a"],
  excluded: [{ agentId: "agent-b", reason: "skills" }],
};
const conversations = (["new", "queued", "offered", "active", "waiting", "wrap-up", "closed"] as const).map((state) =>
  sampleConversation(state, { routingDecision, lastAgentId: "agent-a" }),
);
const withContact = (contact: object) => sampleConversation("active", { contact });

const details: ConversationDetails = {
  conversation: sampleConversation("queued"),
  contacts: [sampleContact("ana")],
  consent: threadSchema.shape.consent.parse({ optedOut: true, changedAt: AT, source: { kind: "provider" } }),
  wait: { obstacle: undefined, eligible: [], excluded: [{ agentId: AGENT, reason: "capacity" }] },
};

const common = { threadId: sampleThreadId(), text: "hello", createdAt: AT, segments: 1 };
const received = inboundMessageSchema.parse({
  ...common,
  id: "acs:1",
  direction: "inbound",
  state: "received",
  exceedsLimit: false,
  asksToStop: true,
  timeAssumesUtc: true,
  media: [{ url: "https://example.com/1", contentType: "image/png" }],
});
const sent = outboundMessageSchema.parse({
  ...common,
  id: "out-1",
  direction: "outbound",
  state: "failed",
  conversationId: conversationIdSchema.parse(`${sampleThreadId()}.1`),
  answeredKeyword: { keyword: "help", messageId: "acs:1" },
  provider: "acs",
  providerMessageId: "p1",
  failure: "number-invalid",
  code: "4001",
  stateChangedAt: AT,
});

const note = noteSchema.parse({
  id: "note-1",
  threadId: sampleThreadId(),
  text: "Ask for the model.",
  createdAt: AT,
  direction: "internal",
  conversationId: `${sampleThreadId()}.1`,
  agentId: AGENT,
});

const draft: Draft = {
  conversationId: note.conversationId,
  agentId: AGENT,
  kind: "reply",
  text: "Dear Robin",
  updatedAt: note.createdAt,
};

const administrator = { kind: "administrator", agentId: "admin", reason: "asked by phone" };
const changes = [
  { optedOut: true, changedAt: AT, source: { kind: "customer", messageId: "acs:1" } },
  { optedOut: true, changedAt: AT, source: { kind: "provider" } },
  { optedOut: false, changedAt: AT, source: administrator },
];
const thread = threadSchema.parse({
  id: sampleThreadId(),
  channelId: "main",
  channelNumber: CHANNEL_NUMBER,
  customer: customerOf(0),
  lastNumber: 1,
  consent: changes[2],
  consentHistory: changes,
});

const { capabilities } = new FakeProvider();

const settings: Readonly<Record<SettingKind, object>> = {
  organisation: sampleCompany(),
  channels: sampleChannel({ segmentsPerMinute: 60, keywordReplies: { stop: "Goodbye." } }),
  queues: sampleQueue({ overflow: { afterSeconds: 60, toQueueId: "billing" } }),
  "routing-rules": {
    id: "routing-rules",
    rules: [sampleRule({ when: { channelIds: ["main"], hours: { id: "week", open: true } } })],
  },
  "operating-hours": {
    id: "week",
    timeZone: "Europe/Madrid",
    week: [{ day: "monday", from: "08:00", until: "18:00" }],
    holidays: ["2026-12-25"],
  },
  "quick-replies": { id: "hello", title: "Hello", text: "How can we help?", tags: ["greeting"] },
};

describe("a view", () => {
  it.each([
    ["an agent", agentViewSchema, agentView, [sampleAgent("agent-a", { lastAssignedAt: AT, presenceChosenAt: AT })]],
    ["a contact", contactViewSchema, contactView, [sampleContact("ana", { preferredAgentIds: ["agent-a"] })]],
    ["a conversation", conversationViewSchema, conversationView, conversations],
    [
      "a conversation with a contact",
      conversationViewSchema,
      conversationView,
      [
        withContact({ kind: "linked", contactId: "ana" }),
        withContact({ kind: "candidates", contactIds: ["ana", "leo"] }),
      ],
    ],
    ["a conversation with its details", conversationDetailsViewSchema, conversationDetailsView, [details]],
    ["a message", messageViewSchema, messageView, [received, sent, note]],
    ["a draft", draftViewSchema, draftView, [draft]],
    ["an opt-out", optOutViewSchema, optOutView, [thread]],
    ["an opt-out with its history", optOutHistoryViewSchema, optOutHistoryView, [thread]],
    ["a verification", verificationViewSchema, verificationView, [{ checks: [{ ok: true, message: "All is well." }] }]],
    [
      "a health report",
      healthViewSchema,
      healthView,
      [{ status: "up" as const, checks: [{ name: "Cosmos DB", ok: true }] }],
    ],
  ] as const)("of %s shows the members of its schema only", (_, schema, view, values) => {
    for (const value of values) {
      const shown = asJson((view as (value: unknown) => unknown)(withInternals(value)));
      expect(JSON.stringify(shown)).not.toContain("leaked");
      expect(schema.parse(shown)).toEqual(shown);
    }
  });

  it("of a provider shows the members of its schema only", () => {
    const provider = Object.assign(new FakeProvider(), { capabilities: withInternals(capabilities) });
    const shown = asJson(providersView({ acs: provider }));
    expect(shown).toEqual([{ name: "acs", ...capabilities }]);
    expect(providerViewSchema.array().parse(shown)).toEqual(shown);
  });

  it("of an import shows the members of its schema only", () => {
    const lines = [
      { line: 2, outcome: "created", contactId: sampleContact("ana").id },
      { line: 3, outcome: "refused", reason: "id: is on line 2 already" },
    ] as const;
    const shown = asJson(contactImportView(withInternals(lines)));
    expect(shown).toEqual({ created: 1, updated: 0, unchanged: 0, refused: 1, lines });
    expect(contactImportViewSchema.parse(shown)).toEqual(shown);
  });

  it("of a quarantined event shows the original unchanged, and otherwise the members of its schema only", () => {
    const entry = quarantinedSchema.parse({
      id: "1",
      source: "sms-received",
      provider: "acs",
      reason: "unreadable",
      detail: "received: missing",
      original: { anything: true },
      quarantinedAt: AT,
      replayedAt: AT,
    });
    const shown = asJson(quarantinedView({ ...withInternals(entry), original: entry.original }));
    expect(shown).toEqual({ ...entry, id: "sms-received:1" });
    expect(quarantinedViewSchema.parse(shown)).toEqual(shown);
  });

  it.each(Object.keys(settings) as SettingKind[])("of the setting %s shows all its members, and no others", (kind) => {
    const setting = SETTING_SCHEMAS[kind].parse(settings[kind]);
    const shown = asJson(settingView(kind, withInternals(setting)));
    expect(shown).toEqual(asJson(setting));
    expect(settingViewSchema.parse(shown)).toEqual(shown);
  });
});

describe("the view of a conversation", () => {
  it.each([
    ["new", {}],
    ["queued", { queuedAt: AT }],
    ["offered", { queuedAt: AT, offer: { agentId: "agent-a", offeredAt: AT, expiresAt: "2026-03-02T10:32:00.000Z" } }],
    ["active", { agentId: "agent-a" }],
    ["waiting", { agentId: "agent-a" }],
    ["wrap-up", { agentId: "agent-a", endsAt: "2026-03-03T10:00:00.000Z" }],
    ["closed", { closeReason: "ended" }],
  ] as const)("shows the members that only the state %s has", (state, members) => {
    const { queuedAt, offer, agentId, endsAt, closeReason } = asJson(conversationView(sampleConversation(state)));
    expect(asJson({ queuedAt, offer, agentId, endsAt, closeReason })).toEqual(members);
  });

  it.each([AT, undefined])("says whether the customer awaits a reply when waitingSince is %s", (waitingSince) => {
    const { awaitsReply } = conversationView(sampleConversation("active", { waitingSince }));
    expect(awaitsReply).toBe(waitingSince !== undefined);
  });

  it("takes the consent from the thread, which is newer than the conversation", () => {
    expect(conversationDetailsView(details)).toMatchObject({ optedOut: true, consentChangedAt: AT });
    expect(conversationDetailsView({ ...details, consent: undefined })).toMatchObject({ optedOut: false });
  });
});
