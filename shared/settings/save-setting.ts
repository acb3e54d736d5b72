import type { JobQueue } from "../kernel/jobs.ts";
import type { Stored } from "../kernel/stored.ts";
import type { Providers } from "../sms/provider.ts";
import { contradictions, type OtherSettings, type SettingError } from "./contradictions.ts";
import type { SettingChange } from "./setting-change.ts";
import { type Settings, SNAPSHOT_SECONDS } from "./settings.ts";

/** `invalid`: the setting contradicts others. `stale`: it has another version by now. Nothing was saved then. */
export type SavedSetting =
  | { readonly kind: "saved"; readonly stored: Stored<SettingChange["setting"]> }
  | { readonly kind: "stale" }
  | { readonly kind: "invalid"; readonly errors: readonly SettingError[] };

/**
 * Creates or replaces a setting that agrees with the others. A queue is looked at again, for what waits in it.
 * @param etag - the version to replace; without one, whatever is there.
 * @throws TransientError when the store or the broker is unavailable; saving it again does no harm.
 */
export const saveSetting = async (
  ports: { readonly settings: Settings; readonly jobs: JobQueue; readonly providers: Providers },
  change: SettingChange,
  etag?: string,
): Promise<SavedSetting> => {
  const { settings, jobs } = ports;
  const errors = contradictions(change, { ...(await readOthers(settings)), providers: Object.keys(ports.providers) });
  if (errors.length > 0) return { kind: "invalid", errors };
  const stored = await settings.put(change.kind, change.setting, etag);
  if (stored === "stale") return { kind: "stale" };
  if (change.kind === "queues") {
    // Where the old settings are still at hand, the first look changes nothing: the second finds the new ones.
    const requests = [{ queueId: change.setting.id, cause: "settings" as const }];
    await Promise.all([jobs.enqueueDispatch(requests), jobs.enqueueDispatch(requests, SNAPSHOT_SECONDS)]);
  }
  return { kind: "saved", stored };
};

/** Lists, unlike the snapshot, show what was saved a moment ago. */
const readOthers = async (settings: Settings): Promise<Omit<OtherSettings, "providers">> => {
  const [channels, queues, operatingHours] = await Promise.all([
    settings.list("channels"),
    settings.list("queues"),
    settings.list("operating-hours"),
  ]);
  return { channels, queues, operatingHours };
};
