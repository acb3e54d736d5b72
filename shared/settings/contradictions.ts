import type { ProviderName } from "../sms/provider.ts";
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
      return missing("fallbackQueueId", "queue", [setting.fallbackQueueId], others.queues);
    case "channels":
      return channelErrors(setting, others);
    case "queues":
      return overflowErrors(setting, others);
    case "routing-rules":
      return setting.rules.flatMap((rule, i) => ruleErrors(rule, `rules.${i}`, others));
    case "operating-hours":
    case "quick-replies":
      return [];
    default:
      return kind satisfies never;
  }
};

const missing = (
  field: string,
  what: string,
  named: readonly (string | undefined)[],
  known: readonly { readonly id: string }[],
): readonly SettingError[] =>
  named
    .filter((id) => id !== undefined && !known.some((each) => each.id === id))
    .map((id) => ({ field, message: `there is no ${what} "${id}"` }));

const channelErrors = (channel: Channel, { channels, queues, providers }: OtherSettings): readonly SettingError[] => {
  const holder = channels.find(({ id, number }) => id !== channel.id && number === channel.number);
  return [
    ...missing("queueId", "queue", [channel.queueId], queues),
    ...(providers.includes(channel.provider)
      ? []
      : [{ field: "provider", message: `the app is set up for ${providers.join(", ")} only` }]),
    ...(holder ? [{ field: "number", message: `already belongs to channel "${holder.id}"` }] : []),
  ];
};

const overflowErrors = ({ id, overflow }: Queue, { queues }: OtherSettings): readonly SettingError[] => {
  const field = "overflow.toQueueId";
  if (overflow?.toQueueId === id) return [{ field, message: "must be another queue" }];
  return missing(field, "queue", [overflow?.toQueueId], queues);
};

const ruleErrors = (
  { queueId, when }: RoutingRule,
  path: string,
  { channels, queues, operatingHours }: OtherSettings,
): readonly SettingError[] => [
  ...missing(`${path}.queueId`, "queue", [queueId], queues),
  ...missing(`${path}.when.channelIds`, "channel", when.channelIds ?? [], channels),
  ...missing(`${path}.when.hours.id`, "operating hours", [when.hours?.id], operatingHours),
];
