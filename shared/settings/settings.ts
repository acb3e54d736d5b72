import * as z from "zod";
import { settingIdSchema } from "../kernel/ids.ts";
import type { Stored } from "../kernel/stored.ts";
import { addressSchema } from "../sms/address.ts";
import { countrySchema } from "../sms/country.ts";
import { numberTypeSchema, providerNameSchema } from "../sms/provider.ts";
import { operatingHoursSchema } from "./operating-hours.ts";
import { presenceSchema } from "./presence.ts";

const DAY_SECONDS = 86_400;

/** The company as a whole. */
export const organisationSchema = z.object({
  id: z.literal("organisation"),
  name: z.string().min(1).max(100),
  /** Off: every text is quarantined and every reply refused. */
  smsEnabled: z.boolean(),
  /** Whose national phone numbers are meant where no country is told. */
  defaultCountry: countrySchema,
  /** Where a conversation goes when neither a rule nor its channel names a queue. */
  fallbackQueueId: settingIdSchema,
});

/** One text that the channel sends by itself: no longer than two segments of the narrower alphabet. */
const automaticTextSchema = z.string().trim().min(1).max(306);

/** A number that customers text, registered at a provider. */
export const channelSchema = z.object({
  id: settingIdSchema,
  provider: providerNameSchema,
  number: addressSchema,
  numberType: numberTypeSchema.default("toll-free"),
  name: z.string().min(1).max(100),
  /** Off: texts to it are quarantined and replies from it refused. */
  enabled: z.boolean(),
  /** Where its conversations go when no rule says otherwise. */
  queueId: settingIdSchema.optional(),
  /** Units of an agent's capacity that one of its conversations takes. */
  capacityUnits: z.int().min(1).max(1000).default(1),
  /** Most segments a minute that leave from it; without it, what the provider takes from numbers of this type. */
  segmentsPerMinute: z.int().min(1).max(100_000).optional(),
  /** What it answers to keywords that the provider does not answer, in place of the standard words. */
  keywordReplies: z
    .object({ stop: automaticTextSchema, start: automaticTextSchema, help: automaticTextSchema })
    .partial()
    .default({}),
});

/** What is done with a conversation that has waited too long in a queue. */
const overflowSchema = z.object({
  /** Source: Dynamics 365 allows 1 minute to 2 days. */
  afterSeconds: z
    .int()
    .min(60)
    .max(2 * DAY_SECONDS),
  /** The queue that it moves to; it closes when there is none. */
  toQueueId: settingIdSchema.optional(),
});

/** A line of conversations that wait for the same group of agents. */
export const queueSchema = z.object({
  id: settingIdSchema,
  name: z.string().min(1).max(100),
  /** Who gets the next one: whoever has most free capacity, or whoever has waited longest since the last. */
  assignmentMethod: z.enum(["most-free-capacity", "round-robin"]).default("most-free-capacity"),
  /** An agent gets a conversation without being asked. */
  assignAutomatically: z.boolean().default(false),
  /** How long an offer stands. Source of the default: Dynamics 365's notification countdown. */
  offerSeconds: z.int().min(10).max(3600).default(120),
  /** An agent who lets an offer pass becomes inactive, and gets no more until presence is set again. */
  inactiveOnMissedOffer: z.boolean().default(false),
  /** Declines after which an agent is not offered the same conversation again. Source of the default: Dynamics 365. */
  declineLimit: z.int().min(1).max(5).default(3),
  /** The presences with which an agent gets conversations. */
  allowedPresences: z.array(presenceSchema).min(1).default(["available"]),
  /** How long the agent who knows the matter goes before the others, where free, when a customer comes back. */
  preferLastAgentSeconds: z.int().min(0).max(DAY_SECONDS).default(300),
  /** Time for notes after a conversation ends; 0 closes it at once. Source of the default: Dynamics 365 (1 day). */
  wrapUpSeconds: z
    .int()
    .min(0)
    .max(30 * DAY_SECONDS)
    .default(DAY_SECONDS),
  /** When nobody wrote for so long, the conversation closes. Source of the default: Dynamics 365 (30 days). */
  inactiveAfterSeconds: z
    .int()
    .min(60)
    .max(365 * DAY_SECONDS)
    .default(30 * DAY_SECONDS),
  overflow: overflowSchema.optional(),
});

/** One line of the routing rules: when all of its conditions hold, its outcome counts. */
export const routingRuleSchema = z.object({
  name: z.string().min(1).max(100),
  when: z.object({
    channelIds: z.array(settingIdSchema).min(1).optional(),
    /** The contact has one of these tags. */
    contactTags: z.array(z.string().min(1)).min(1).optional(),
    /** The text contains one of these, in any case. */
    textContains: z.array(z.string().min(1)).min(1).optional(),
    /** The named operating hours are open (or closed). */
    hours: z.object({ id: settingIdSchema, open: z.boolean() }).optional(),
  }),
  queueId: settingIdSchema,
  /** Lower goes first. */
  priority: z.int().min(0).max(1000).default(100),
  /** Skills that the agent must have. */
  skills: z.array(z.string().min(1)).max(10).default([]),
});

/** The rules that choose a queue, tried in order; the first that matches counts. Source of the cap: Dynamics 365. */
export const routingRulesSchema = z.object({
  id: z.literal("routing-rules"),
  rules: z.array(routingRuleSchema).max(200),
});

export const operatingHoursSettingSchema = operatingHoursSchema.extend({ id: settingIdSchema });

/** A text that agents send often. */
export const quickReplySchema = z.object({
  id: settingIdSchema,
  title: z.string().min(1).max(100),
  text: z.string().min(1).max(1600),
  tags: z.array(z.string().min(1).max(50)).max(20).default([]),
});

/** Every kind of setting, by the name under which it is kept and administered. */
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

/** All settings as routing and intake need them, at one moment. */
export interface SettingsSnapshot {
  readonly organisation: Organisation | undefined;
  readonly channels: readonly Channel[];
  readonly queues: readonly Queue[];
  readonly rules: readonly RoutingRule[];
  readonly operatingHours: readonly Setting<"operating-hours">[];
}

/** The settings of a queue; one that was deleted meanwhile has the defaults, so that what waits in it is still served. */
export const queueOf = (settings: SettingsSnapshot, queueId: string): Queue =>
  settings.queues.find((queue) => queue.id === queueId) ?? queueSchema.parse({ id: queueId, name: queueId });

/** @returns why a channel neither sends nor receives; a missing channel counts as disabled. */
export const disabledReason = (
  { organisation }: SettingsSnapshot,
  channel: Channel | undefined,
): "sms-disabled" | "channel-disabled" | undefined => {
  if (!organisation?.smsEnabled) return "sms-disabled";
  return channel?.enabled ? undefined : "channel-disabled";
};

/** How old a snapshot of the settings may be, in seconds: so long a change may take to show everywhere. */
export const SNAPSHOT_SECONDS = 10;

/** Where settings are kept. Every method throws TransientError when the store is unavailable or throttles. */
export interface Settings {
  /** The present settings; at most `SNAPSHOT_SECONDS` old. */
  snapshot(): Promise<SettingsSnapshot>;
  list<K extends SettingKind>(kind: K): Promise<readonly Setting<K>[]>;
  find<K extends SettingKind>(kind: K, id: string): Promise<Stored<Setting<K>> | undefined>;
  /**
   * Creates or replaces a setting.
   * @param etag - the version to replace; without one, whatever is there.
   */
  put<K extends SettingKind>(kind: K, setting: Setting<K>, etag?: string): Promise<Stored<Setting<K>> | "stale">;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly settings: Settings;
  }
}
