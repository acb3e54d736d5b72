import { contradictions, type OtherSettings, type SettingError } from "./contradictions.ts";
import type { SettingChange } from "./setting-change.ts";
import type { Organisation, RetirableKind, Setting } from "./settings.ts";

/** The settings that may refer to others. */
export interface ReferringSettings extends OtherSettings {
  readonly organisations: readonly Organisation[];
  readonly routingRules: readonly Setting<"routing-rules">[];
}

/**
 * Finds the settings that refer to a setting: those that contradict the others without it.
 * @returns the members that refer to it, such as `channels.main.queueId`.
 */
export const referencesTo = (
  { kind, id }: { readonly kind: RetirableKind; readonly id: string },
  settings: ReferringSettings,
): readonly SettingError[] => {
  const isOther = (ofKind: RetirableKind) => (setting: { readonly id: string }) => kind !== ofKind || setting.id !== id;
  const remaining: ReferringSettings = {
    ...settings,
    channels: settings.channels.filter(isOther("channels")),
    queues: settings.queues.filter(isOther("queues")),
    operatingHours: settings.operatingHours.filter(isOther("operating-hours")),
  };
  return changesOf(remaining).flatMap((change) => {
    const before = contradictions(change, settings).map(({ field }) => field);
    const path = change.kind === change.setting.id ? change.kind : `${change.kind}.${change.setting.id}`;
    return contradictions(change, remaining)
      .filter(({ field }) => !before.includes(field))
      .map(({ field }) => ({ field: `${path}.${field}`, message: "refers to it" }));
  });
};

/** The settings with references, each as if it were saved now. */
const changesOf = ({ organisations, channels, queues, routingRules }: ReferringSettings): readonly SettingChange[] => [
  ...organisations.map((setting) => ({ kind: "organisation" as const, setting })),
  ...channels.map((setting) => ({ kind: "channels" as const, setting })),
  ...queues.map((setting) => ({ kind: "queues" as const, setting })),
  ...routingRules.map((setting) => ({ kind: "routing-rules" as const, setting })),
];
