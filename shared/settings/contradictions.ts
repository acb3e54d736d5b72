import { keywordOf, keywordSchema } from "../sms/keyword.ts";
import type { ProviderName } from "../sms/provider.ts";
import { isSameAddress } from "../sms/written-forms.ts";
import type { SettingChange } from "./setting-change.ts";
import type { Channel, Queue, RoutingRule, SettingsSnapshot } from "./settings.ts";

/** The settings to which others refer. */
export interface OtherSettings extends Pick<SettingsSnapshot, "channels" | "queues" | "operatingHours"> {
  /** The providers that the app is set up for. */
  readonly providers: readonly ProviderName[];
}

/** An invalid member of a setting. `field` is its path, such as `rules.2.queueId`. */
export interface SettingError {
  readonly field: string;
  readonly message: string;
}

/** Finds references of a setting to others that do not exist, and values that another setting has already. */
export const contradictions = ({ kind, setting }: SettingChange, others: OtherSettings): readonly SettingError[] => {
  switch (kind) {
    case "organisation":
      return missing({ field: "fallbackQueueId", to: "queue", ids: [setting.fallbackQueueId] }, others.queues);
    case "channels":
      return channelErrors(setting, others);
    case "queues":
      return queueErrors(setting, others);
    case "routing-rules":
      return setting.rules.flatMap((rule, i) => ruleErrors(rule, `rules.${i}`, others));
    case "operating-hours":
    case "quick-replies":
      return [];
    default:
      return kind satisfies never;
  }
};

interface Reference {
  readonly field: string;
  /** The kind of setting, as the message names it. */
  readonly to: string;
  readonly ids: readonly (string | undefined)[];
}

/** @returns an error for each referenced id that does not exist. */
const missing = (
  { field, to, ids }: Reference,
  existing: readonly { readonly id: string }[],
): readonly SettingError[] =>
  ids
    .filter((id) => id !== undefined && !existing.some((setting) => setting.id === id))
    .map((id) => ({ field, message: `there is no ${to} "${id}"` }));

const channelErrors = (channel: Channel, { channels, queues, providers }: OtherSettings): readonly SettingError[] => {
  const holder = channels.find(({ id, number }) => id !== channel.id && isSameAddress(number, channel.number));
  return [
    ...missing({ field: "queueId", to: "queue", ids: [channel.queueId] }, queues),
    ...(providers.includes(channel.provider)
      ? []
      : [{ field: "provider", message: `the app is set up for ${providers.join(", ")} only` }]),
    ...(holder ? [{ field: "number", message: `already belongs to channel "${holder.id}"` }] : []),
    ...keywordErrors(channel.keywords),
  ];
};

/** A word has one meaning: in the list of another keyword, or in the built-in words, it would have two. */
const keywordErrors = ({ languages, words }: Channel["keywords"]): readonly SettingError[] =>
  keywordSchema.options.flatMap((keyword) => {
    const others = keywordSchema.options.filter((other) => other !== keyword);
    return words[keyword].flatMap((word, i) => {
      const withoutIt = { languages, words: { ...words, [keyword]: [] } };
      const meaning = keywordOf(word, false, withoutIt);
      return meaning !== undefined && others.includes(meaning)
        ? [{ field: `keywords.words.${keyword}.${i}`, message: `already means ${meaning}` }]
        : [];
    });
  });

const queueErrors = (
  { id, overflow, operatingHoursId }: Queue,
  { queues, operatingHours }: OtherSettings,
): readonly SettingError[] => {
  const field = "overflow.toQueueId";
  return [
    ...(overflow?.toQueueId === id
      ? [{ field, message: "must be another queue" }]
      : missing({ field, to: "queue", ids: [overflow?.toQueueId] }, queues)),
    ...missing({ field: "operatingHoursId", to: "operating hours", ids: [operatingHoursId] }, operatingHours),
  ];
};

const ruleErrors = (
  { queueId, when }: RoutingRule,
  path: string,
  { channels, queues, operatingHours }: OtherSettings,
): readonly SettingError[] => [
  ...missing({ field: `${path}.queueId`, to: "queue", ids: [queueId] }, queues),
  ...missing({ field: `${path}.when.channelIds`, to: "channel", ids: when.channelIds ?? [] }, channels),
  ...missing({ field: `${path}.when.hours.id`, to: "operating hours", ids: [when.hours?.id] }, operatingHours),
];
