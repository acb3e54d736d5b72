import * as z from "zod";
import { settingIdSchema } from "../kernel/ids.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Stored } from "../kernel/stored.ts";
import { visibleTextSchema } from "../kernel/text.ts";
import { addressSchema } from "../sms/address.ts";
import { countrySchema } from "../sms/country.ts";
import { fold } from "../sms/fold.ts";
import { DEFAULT_LANGUAGES, keywordForm } from "../sms/keyword.ts";
import { languageSchema } from "../sms/language.ts";
import { numberTypeSchema, providerNameSchema } from "../sms/provider.ts";
import { operatingHoursSchema } from "./operating-hours.ts";
import { presenceSchema } from "./presence.ts";

const DAY_SECONDS = 86_400;

/** The limits of an organisation that sets none. They apply before there is an organisation, too. */
export const DEFAULT_LIMITS = {
  /** Three renewals of `RENEWAL_SECONDS`, and a little more. */
  presenceLeaseSeconds: 150,
  /** Far more than a person writes; far fewer than a program that floods customers. */
  requestsPerMinute: 120,
  /** Enough for a person who asks for help; too few for a loop between two machines. */
  helpRepliesPerHour: 3,
  automaticTextsPerDay: 10,
};

/** Settings of the company as a whole. */
export const organisationSchema = z.strictObject({
  id: z.literal("organisation"),
  name: visibleTextSchema.max(100),
  /** When false, every text is quarantined and every reply refused. */
  smsEnabled: z.boolean(),
  /** The country of phone numbers without a country code. */
  defaultCountry: countrySchema,
  /** How long an agent's presence is believed after a request of the agent. */
  presenceLeaseSeconds: z.int().min(60).max(DAY_SECONDS).default(DEFAULT_LIMITS.presenceLeaseSeconds),
  /** The most requests a minute of one caller that send or export. Counted in each process of the app. */
  requestsPerMinute: z.int().min(1).max(10_000).default(DEFAULT_LIMITS.requestsPerMinute),
  /** The most replies to HELP in any hour, in each thread. */
  helpRepliesPerHour: z.int().min(1).max(20).default(DEFAULT_LIMITS.helpRepliesPerHour),
  /** The most automatic texts in any 24 hours, in each thread, replies to HELP apart. */
  automaticTextsPerDay: z.int().min(1).max(20).default(DEFAULT_LIMITS.automaticTextsPerDay),
  /** The queue of conversations for which neither a rule nor the channel names one. */
  fallbackQueueId: settingIdSchema,
});

/** A keyword reply: at most two GSM-7 segments. */
const keywordReplySchema = visibleTextSchema.trim().max(306);

const keywordTextsSchema = z
  .strictObject({ stop: keywordReplySchema, start: keywordReplySchema, help: keywordReplySchema })
  .partial();

/** Replies to keywords that the provider does not handle, in place of the standard ones. */
const keywordRepliesSchema = keywordTextsSchema.extend({
  /** Replies to the keywords of one language. Without one, the reply above counts for every language. */
  byLanguage: z
    .strictObject({ en: keywordTextsSchema, fr: keywordTextsSchema, es: keywordTextsSchema })
    .partial()
    .exactOptional(),
});

const keywordWordsSchema = z
  .array(
    z
      .string()
      .max(50)
      .refine((word) => keywordForm(word) !== "", "must have a letter or a digit"),
  )
  .max(50)
  .default([]);

/** The keywords of a channel besides the English ones, which always count. */
const channelKeywordsSchema = z.strictObject({
  /** The languages whose keywords count. Words that several share are answered in the first. */
  languages: z
    .array(languageSchema)
    .min(1)
    .refine((languages) => new Set(languages).size === languages.length, "must not repeat a language")
    .default([...DEFAULT_LANGUAGES]),
  /** Further words, each of which is the whole text. */
  words: z
    .strictObject({ stop: keywordWordsSchema, start: keywordWordsSchema, help: keywordWordsSchema })
    .default({ stop: [], start: [], help: [] }),
});

/** A number that customers text, registered at a provider. */
export const channelSchema = z.strictObject({
  id: settingIdSchema,
  provider: providerNameSchema,
  number: addressSchema,
  numberType: numberTypeSchema.default("toll-free"),
  name: visibleTextSchema.max(100),
  /** When false, texts to the channel are quarantined and replies from it refused. */
  enabled: z.boolean(),
  /** The queue of its conversations when no rule matches. */
  queueId: settingIdSchema.optional(),
  /** Capacity of an agent that one of its conversations takes, in units. */
  capacityUnits: z.int().min(1).max(1000).default(1),
  /** Most segments a minute that leave from it. By default, the provider's limit for numbers of its type. */
  segmentsPerMinute: z.int().min(1).max(100_000).optional(),
  /** The texts that are keywords. */
  keywords: channelKeywordsSchema.default({
    languages: [...DEFAULT_LANGUAGES],
    words: { stop: [], start: [], help: [] },
  }),
  keywordReplies: keywordRepliesSchema.default({}),
});

/** What happens to a conversation that has waited too long in a queue. */
const overflowSchema = z.strictObject({
  /** Source of the range: Dynamics 365 (1 minute to 2 days). */
  afterSeconds: z
    .int()
    .min(60)
    .max(2 * DAY_SECONDS),
  /** The queue to which it moves. Without one, it is closed. */
  toQueueId: settingIdSchema.optional(),
});

/** A line of conversations that wait for the same group of agents. */
export const queueSchema = z.strictObject({
  id: settingIdSchema,
  name: visibleTextSchema.max(100),
  /** The next conversation goes to the agent with the most free capacity, or with the longest time since the last one. */
  assignmentMethod: z.enum(["most-free-capacity", "round-robin"]).default("most-free-capacity"),
  /** Conversations are assigned to agents without an offer. */
  assignAutomatically: z.boolean().default(false),
  /** Time until an offer expires. Source of the default: the notification countdown of Dynamics 365. */
  offerSeconds: z.int().min(10).max(3600).default(120),
  /** An agent whose offer expires becomes inactive, and gets no offers until the next choice of presence. */
  inactiveOnMissedOffer: z.boolean().default(false),
  /** Declines after which an agent is not offered a conversation again for now. Source of the default: Dynamics 365. */
  declineLimit: z.int().min(1).max(5).default(3),
  /** How long a decline counts, unless the agent chooses a presence before: no conversation waits for ever. */
  declineMemorySeconds: z.int().min(60).max(DAY_SECONDS).default(900),
  /** Presences in which agents get conversations. */
  allowedPresences: z.array(presenceSchema).min(1).default(["available"]),
  /** How long the previous agent is preferred when a customer writes again. */
  preferLastAgentSeconds: z.int().min(0).max(DAY_SECONDS).default(300),
  /** Longest wrap-up; 0 closes a conversation when it ends. Source of the default: Dynamics 365 (1 day). */
  wrapUpSeconds: z
    .int()
    .min(0)
    .max(30 * DAY_SECONDS)
    .default(DAY_SECONDS),
  /** Time without a message after which a conversation closes. Source of the default: Dynamics 365 (30 days). */
  inactiveAfterSeconds: z
    .int()
    .min(60)
    .max(365 * DAY_SECONDS)
    .default(30 * DAY_SECONDS),
  overflow: overflowSchema.optional(),
  /** The hours in which its agents work; always, by default. */
  operatingHoursId: settingIdSchema.optional(),
  /** How long a customer waits for an agent who is offline, within the operating hours, until it returns to the queue. */
  agentOfflineSeconds: z.int().min(60).max(DAY_SECONDS).default(900),
  /** The same for an agent who is there and does not answer; without it, for ever. */
  agentSilentSeconds: z.int().min(60).max(DAY_SECONDS).optional(),
});

/** Words that are compared in their folded form, which must not be empty: it would be in every text. */
const comparedWordsSchema = z
  .string()
  .min(1)
  .refine((words) => fold(words) !== "", "must have a visible character");

/** A routing rule. It matches when all of its conditions hold. */
export const routingRuleSchema = z.strictObject({
  name: visibleTextSchema.max(100),
  when: z.strictObject({
    channelIds: z.array(settingIdSchema).min(1).optional(),
    /** The contact has one of these tags, in any written form. */
    contactTags: z.array(comparedWordsSchema).min(1).optional(),
    /** The text contains one of these, in any written form: case, accents, quotation marks and spaces do not count. */
    textContains: z.array(comparedWordsSchema).min(1).optional(),
    /** The operating hours are open, or closed. */
    hours: z.strictObject({ id: settingIdSchema, open: z.boolean() }).optional(),
  }),
  queueId: settingIdSchema,
  /** Conversations with a lower number are assigned first. */
  priority: z.int().min(0).max(1000).default(100),
  /** Skills that an agent needs. */
  skills: z.array(z.string().min(1)).max(10).default([]),
});

/** The rules that choose a queue: the first match wins. Source of the limit: Dynamics 365. */
export const routingRulesSchema = z.strictObject({
  id: z.literal("routing-rules"),
  rules: z.array(routingRuleSchema).max(200),
});

export const operatingHoursSettingSchema = operatingHoursSchema.extend({ id: settingIdSchema });

/** A text that agents send often. */
export const quickReplySchema = z.strictObject({
  id: settingIdSchema,
  title: visibleTextSchema.max(100),
  text: visibleTextSchema.max(1600),
  tags: z.array(z.string().min(1).max(50)).max(20).default([]),
});

/** The schemas of all settings, by kind. Kinds are part of the API and of stored documents. */
export const SETTING_SCHEMAS = {
  organisation: organisationSchema,
  channels: channelSchema,
  queues: queueSchema,
  "routing-rules": routingRulesSchema,
  "operating-hours": operatingHoursSettingSchema,
  "quick-replies": quickReplySchema,
} as const;
export type SettingKind = keyof typeof SETTING_SCHEMAS;
export type Setting<K extends SettingKind> = z.infer<(typeof SETTING_SCHEMAS)[K]>;

export type Organisation = Setting<"organisation">;
export type Channel = Setting<"channels">;
export type Queue = Setting<"queues">;
export type RoutingRule = z.infer<typeof routingRuleSchema>;

/** The settings that routing and intake read, as they were at one moment. */
export interface SettingsSnapshot {
  readonly organisation: Organisation | undefined;
  readonly channels: readonly Channel[];
  readonly queues: readonly Queue[];
  readonly rules: readonly RoutingRule[];
  readonly operatingHours: readonly Setting<"operating-hours">[];
}

/** @returns the settings of a queue; the defaults for a deleted one, so that its conversations are still assigned. */
export const queueOf = (settings: SettingsSnapshot, queueId: string): Queue =>
  settings.queues.find((queue) => queue.id === queueId) ?? queueSchema.parse({ id: queueId, name: queueId });

/** The limits that apply. */
export const limitsOf = ({
  organisation,
}: Pick<SettingsSnapshot, "organisation">): Pick<Organisation, keyof typeof DEFAULT_LIMITS> =>
  organisation ?? DEFAULT_LIMITS;

/** @returns why a channel neither sends nor receives; a missing channel counts as disabled. */
export const disabledReason = (
  { organisation }: SettingsSnapshot,
  channel: Channel | undefined,
): "sms-disabled" | "channel-disabled" | undefined => {
  if (!organisation?.smsEnabled) return "sms-disabled";
  return channel?.enabled ? undefined : "channel-disabled";
};

/** Longest time, in seconds, until a change of a setting is in effect in every process. */
export const SNAPSHOT_SECONDS = 10;

/** A setting as the store returned it. */
export interface StoredSetting<K extends SettingKind> extends Stored<Setting<K>> {
  /** When an administrator retired the setting; absent while it applies. */
  readonly retiredAt?: Instant;
}

/** The kinds of settings that can be retired. Without the organisation nothing works. */
export type RetirableKind = Exclude<SettingKind, "organisation">;

/**
 * Stores settings. Every method throws TransientError when the store is unavailable or throttles.
 *
 * @remarks A retired setting stays stored. Unless a method says otherwise, it is as if there were no such setting.
 */
export interface Settings {
  /** @returns settings that are at most `SNAPSHOT_SECONDS` old. It costs no request in most calls. */
  snapshot(): Promise<SettingsSnapshot>;
  /** @returns all settings of a kind, with the latest changes. */
  list<K extends SettingKind>(kind: K): Promise<readonly Setting<K>[]>;
  /** @returns all settings of a kind, also the retired ones, with the latest changes. */
  listWithRetired<K extends SettingKind>(kind: K): Promise<readonly Setting<K>[]>;
  /** @returns the setting with the latest changes; `undefined` when there is none. */
  find<K extends SettingKind>(kind: K, id: string): Promise<Stored<Setting<K>> | undefined>;
  /** Finds a setting with the latest changes, also a retired one. */
  findWithRetired<K extends SettingKind>(kind: K, id: string): Promise<StoredSetting<K> | undefined>;
  /**
   * Creates or replaces a setting. A retired one applies again.
   * @param etag - the version to replace. Without it, any version is replaced, and a missing setting is created.
   * @returns `stale` when the setting has another version or, with an etag, does not exist.
   */
  put<K extends SettingKind>(kind: K, setting: Setting<K>, etag?: string): Promise<Stored<Setting<K>> | "stale">;
  /**
   * Retires a setting that has not changed since it was read.
   * @returns `stale` when it has changed: it is not retired then.
   */
  retire<K extends RetirableKind>(
    kind: K,
    stored: Stored<Setting<K>>,
    retiredAt: Instant,
  ): Promise<StoredSetting<K> | "stale">;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly settings: Settings;
  }
}
