import * as z from "zod";
import { settingIdSchema } from "../../../shared/kernel/ids.ts";
import { type Instant, instantSchema } from "../../../shared/kernel/instant.ts";
import { presenceSchema } from "../../../shared/settings/presence.ts";
import type {
  Channel,
  Organisation,
  Queue,
  RoutingRule,
  Setting,
  SettingKind,
} from "../../../shared/settings/settings.ts";
import { addressSchema } from "../../../shared/sms/address.ts";
import { countrySchema } from "../../../shared/sms/country.ts";
import { languageSchema } from "../../../shared/sms/language.ts";
import { numberTypeSchema, providerNameSchema } from "../../../shared/sms/provider.ts";
import type { Complete } from "./complete.ts";

const organisationViewSchema = z
  .object({
    id: z.literal("organisation"),
    name: z.string(),
    smsEnabled: z.boolean().meta({ description: "When false, texts are quarantined and replies are refused" }),
    defaultCountry: countrySchema.meta({ description: "The country of phone numbers without a country code" }),
    presenceLeaseSeconds: z
      .int()
      .meta({ description: "How long an agent who makes no requests keeps the chosen presence" }),
    requestsPerMinute: z.int().meta({
      description: "The most requests a minute of one caller that send or export, in each process of the app",
    }),
    helpRepliesPerHour: z.int().meta({
      description: "The most automatic replies to HELP in any hour, in each thread",
    }),
    automaticTextsPerDay: z.int().meta({
      description: "The most automatic texts in any 24 hours, in each thread, replies to HELP apart",
    }),
    fallbackQueueId: settingIdSchema.meta({
      description: "The queue of a conversation when neither a rule nor its channel names one",
    }),
  })
  .meta({ id: "Organisation" });

const keywordTextsViewSchema = z.object({
  stop: z.string().optional(),
  start: z.string().optional(),
  help: z.string().optional(),
});

const channelKeywordsViewSchema = z
  .object({
    languages: z.array(languageSchema).meta({
      description: "The languages whose keywords count; words that several share are answered in the first one",
    }),
    words: z
      .object({ stop: z.array(z.string()), start: z.array(z.string()), help: z.array(z.string()) })
      .meta({ description: "Further words that count" }),
  })
  .meta({ description: "The texts that are keywords, besides the English ones, which always count" });

const channelViewSchema = z.object({
  id: settingIdSchema,
  provider: providerNameSchema,
  number: addressSchema,
  numberType: numberTypeSchema,
  name: z.string(),
  enabled: z.boolean().meta({ description: "When false, texts to it are quarantined and replies are refused" }),
  queueId: settingIdSchema.optional().meta({ description: "The queue of its conversations when no rule matches" }),
  capacityUnits: z.int().meta({ description: "Units of an agent's capacity that one of its conversations takes" }),
  segmentsPerMinute: z
    .int()
    .optional()
    .meta({ description: "The pace of the number; absent: the provider's pace for numbers of this type" }),
  keywords: channelKeywordsViewSchema,
  keywordReplies: keywordTextsViewSchema
    .extend({
      byLanguage: z
        .object({ en: keywordTextsViewSchema, fr: keywordTextsViewSchema, es: keywordTextsViewSchema })
        .partial()
        .optional()
        .meta({ description: "Responses to the keywords of one language" }),
    })
    .meta({ description: "Responses to keywords that the provider does not handle, in place of the standard texts" }),
});

const queueViewSchema = z.object({
  id: settingIdSchema,
  name: z.string(),
  assignmentMethod: z
    .enum(["most-free-capacity", "round-robin"])
    .meta({ description: "How the agent of the next conversation is chosen" }),
  assignAutomatically: z.boolean().meta({ description: "Whether agents get conversations without an offer" }),
  offerSeconds: z.int().meta({ description: "How long an offer stands" }),
  inactiveOnMissedOffer: z
    .boolean()
    .meta({ description: "Whether an agent whose offer expires becomes inactive until the next choice of presence" }),
  declineLimit: z
    .int()
    .meta({ description: "Declines after which an agent is not offered the same conversation again for now" }),
  declineMemorySeconds: z
    .int()
    .meta({ description: "How long a decline counts, unless the agent chooses a presence before" }),
  allowedPresences: z.array(presenceSchema).meta({ description: "The presences with which agents get conversations" }),
  preferLastAgentSeconds: z
    .int()
    .meta({ description: "How long the previous agent is preferred when a customer comes back" }),
  wrapUpSeconds: z.int().meta({ description: "Time for notes after the end; 0 closes a conversation at once" }),
  inactiveAfterSeconds: z.int().meta({ description: "How long nothing may happen in a conversation until it closes" }),
  overflow: z
    .object({
      afterSeconds: z.int(),
      toQueueId: settingIdSchema.optional().meta({ description: "Absent: the conversation closes" }),
    })
    .optional()
    .meta({ description: "What happens to a conversation that has waited too long; absent: nothing" }),
  operatingHoursId: settingIdSchema
    .optional()
    .meta({ description: "The hours in which the agents work, and the times below count; absent: always" }),
  agentOfflineSeconds: z.int().meta({
    description: "How long a customer waits for an agent who is offline until the conversation returns to the queue",
  }),
  agentSilentSeconds: z
    .int()
    .optional()
    .meta({ description: "The same for an agent who is not offline; absent: without limit" }),
});

const routingRulesViewSchema = z.object({
  id: z.literal("routing-rules"),
  rules: z
    .array(
      z.object({
        name: z.string(),
        when: z
          .object({
            channelIds: z.array(settingIdSchema).optional(),
            contactTags: z.array(z.string()).optional().meta({ description: "The contact has one of these tags" }),
            textContains: z.array(z.string()).optional().meta({
              description:
                "The text contains one of these; case, accents, quotation marks and spaces are not distinguished",
            }),
            hours: z
              .object({ id: settingIdSchema, open: z.boolean() })
              .optional()
              .meta({ description: "These operating hours are open, or closed" }),
          })
          .meta({ description: "The conditions; all of them must hold" }),
        queueId: settingIdSchema,
        priority: z.int().meta({ description: "A conversation with a lower number is served first" }),
        skills: z.array(z.string()).meta({ description: "Skills that the agent must have" }),
      }),
    )
    .meta({ description: "Tried in order; the first match wins" }),
});

const operatingHoursViewSchema = z.object({
  id: settingIdSchema,
  timeZone: z.string().meta({ description: "An IANA time zone", examples: ["Europe/Madrid"] }),
  week: z.array(
    z.object({
      day: z.enum(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]),
      from: z.string().meta({ description: "Local time of day", examples: ["08:30"] }),
      until: z.string().meta({ description: "Local time of day; 24:00 for the end of the day" }),
    }),
  ),
  holidays: z.array(z.iso.date()).meta({ description: "Local dates on which the hours are closed" }),
});

const quickReplyViewSchema = z.object({
  id: settingIdSchema,
  title: z.string(),
  text: z.string(),
  tags: z.array(z.string()),
});

const retiredAt = instantSchema
  .optional()
  .meta({ description: "When the setting was retired; absent while it applies" });

export const settingViewSchema = z.union([
  organisationViewSchema,
  channelViewSchema.extend({ retiredAt }).meta({ id: "Channel" }),
  queueViewSchema.extend({ retiredAt }).meta({ id: "Queue" }),
  routingRulesViewSchema.extend({ retiredAt }).meta({ id: "RoutingRules" }),
  operatingHoursViewSchema.extend({ retiredAt }).meta({ id: "OperatingHours" }),
  quickReplyViewSchema.extend({ retiredAt }).meta({ id: "QuickReply" }),
]);
type SettingView = z.output<typeof settingViewSchema>;

type OrganisationView = z.output<typeof organisationViewSchema>;
type ChannelView = z.output<typeof channelViewSchema>;
type QueueView = z.output<typeof queueViewSchema>;
type RoutingRulesView = z.output<typeof routingRulesViewSchema>;
type RuleView = RoutingRulesView["rules"][number];
type OperatingHoursView = z.output<typeof operatingHoursViewSchema>;
type QuickReplyView = z.output<typeof quickReplyViewSchema>;

const organisationView = (setting: Organisation): Complete<Organisation, OrganisationView> => ({
  id: setting.id,
  name: setting.name,
  smsEnabled: setting.smsEnabled,
  defaultCountry: setting.defaultCountry,
  presenceLeaseSeconds: setting.presenceLeaseSeconds,
  requestsPerMinute: setting.requestsPerMinute,
  helpRepliesPerHour: setting.helpRepliesPerHour,
  automaticTextsPerDay: setting.automaticTextsPerDay,
  fallbackQueueId: setting.fallbackQueueId,
});

const channelView = (channel: Channel): Complete<Channel, ChannelView> => ({
  id: channel.id,
  provider: channel.provider,
  number: channel.number,
  numberType: channel.numberType,
  name: channel.name,
  enabled: channel.enabled,
  queueId: channel.queueId,
  capacityUnits: channel.capacityUnits,
  segmentsPerMinute: channel.segmentsPerMinute,
  keywords: keywordsView(channel.keywords),
  keywordReplies: keywordRepliesView(channel.keywordReplies),
});

type Keywords = Channel["keywords"];

const keywordsView = ({ languages, words }: Keywords): Complete<Keywords, ChannelView["keywords"]> => ({
  languages,
  words: { stop: words.stop, start: words.start, help: words.help },
});

type KeywordReplies = Channel["keywordReplies"];

const keywordRepliesView = (replies: KeywordReplies): Complete<KeywordReplies, ChannelView["keywordReplies"]> => ({
  ...keywordTextsView(replies),
  byLanguage: replies.byLanguage && {
    en: replies.byLanguage.en && keywordTextsView(replies.byLanguage.en),
    fr: replies.byLanguage.fr && keywordTextsView(replies.byLanguage.fr),
    es: replies.byLanguage.es && keywordTextsView(replies.byLanguage.es),
  },
});

type KeywordTexts = Omit<KeywordReplies, "byLanguage">;
type KeywordTextsView = z.output<typeof keywordTextsViewSchema>;

const keywordTextsView = ({ stop, start, help }: KeywordTexts): Complete<KeywordTexts, KeywordTextsView> => ({
  stop,
  start,
  help,
});

const queueView = (queue: Queue): Complete<Queue, QueueView> => ({
  id: queue.id,
  name: queue.name,
  assignmentMethod: queue.assignmentMethod,
  assignAutomatically: queue.assignAutomatically,
  offerSeconds: queue.offerSeconds,
  inactiveOnMissedOffer: queue.inactiveOnMissedOffer,
  declineLimit: queue.declineLimit,
  declineMemorySeconds: queue.declineMemorySeconds,
  allowedPresences: queue.allowedPresences,
  preferLastAgentSeconds: queue.preferLastAgentSeconds,
  wrapUpSeconds: queue.wrapUpSeconds,
  inactiveAfterSeconds: queue.inactiveAfterSeconds,
  overflow: queue.overflow && overflowView(queue.overflow),
  operatingHoursId: queue.operatingHoursId,
  agentOfflineSeconds: queue.agentOfflineSeconds,
  agentSilentSeconds: queue.agentSilentSeconds,
});

type Overflow = NonNullable<Queue["overflow"]>;

const overflowView = (overflow: Overflow): Complete<Overflow, NonNullable<QueueView["overflow"]>> => ({
  afterSeconds: overflow.afterSeconds,
  toQueueId: overflow.toQueueId,
});

const routingRulesView = (setting: Setting<"routing-rules">): Complete<typeof setting, RoutingRulesView> => ({
  id: setting.id,
  rules: setting.rules.map(ruleView),
});

const ruleView = (rule: RoutingRule): Complete<RoutingRule, RuleView> => ({
  name: rule.name,
  when: conditionsView(rule.when),
  queueId: rule.queueId,
  priority: rule.priority,
  skills: rule.skills,
});

type Conditions = RoutingRule["when"];

const conditionsView = (when: Conditions): Complete<Conditions, RuleView["when"]> => ({
  channelIds: when.channelIds,
  contactTags: when.contactTags,
  textContains: when.textContains,
  hours: when.hours && { id: when.hours.id, open: when.hours.open },
});

const operatingHoursView = (hours: Setting<"operating-hours">): Complete<typeof hours, OperatingHoursView> => ({
  id: hours.id,
  timeZone: hours.timeZone,
  week: hours.week.map(({ day, from, until }) => ({ day, from, until })),
  holidays: hours.holidays,
});

const quickReplyView = (reply: Setting<"quick-replies">): Complete<typeof reply, QuickReplyView> => ({
  id: reply.id,
  title: reply.title,
  text: reply.text,
  tags: reply.tags,
});

const VIEWS: { readonly [K in SettingKind]: (setting: Setting<K>) => SettingView } = {
  organisation: organisationView,
  channels: channelView,
  queues: queueView,
  "routing-rules": routingRulesView,
  "operating-hours": operatingHoursView,
  "quick-replies": quickReplyView,
};

export const settingView = <K extends SettingKind>(kind: K, setting: Setting<K>, retiredAt?: Instant): SettingView => ({
  ...VIEWS[kind](setting),
  ...(retiredAt !== undefined && { retiredAt }),
});
