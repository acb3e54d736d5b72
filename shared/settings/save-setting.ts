import type { Ports } from "../kernel/ports.ts";
import type { Stored } from "../kernel/stored.ts";
import { contradictions, type OtherSettings, type SettingError } from "./contradictions.ts";
import type { SettingChange } from "./setting-change.ts";
import { type Settings, SNAPSHOT_SECONDS } from "./settings.ts";

/** Nothing is saved when the setting contradicts others (`invalid`) or has another version (`stale`). */
export type SavedSetting =
  | { readonly kind: "saved"; readonly stored: Stored<SettingChange["setting"]> }
  | { readonly kind: "stale" }
  | { readonly kind: "invalid"; readonly errors: readonly SettingError[] };

/**
 * Creates or replaces a setting that agrees with the others, and re-dispatches a changed queue.
 * @param etag - the version to replace; any version without it.
 * @throws TransientError when the store or the broker is unavailable. Saving again has no further effect.
 */
export const saveSetting = async (
  ports: Pick<Ports, "settings" | "jobs" | "providers">,
  change: SettingChange,
  etag?: string,
): Promise<SavedSetting> => {
  const { settings, jobs } = ports;
  const errors = contradictions(change, { ...(await readOthers(settings)), providers: Object.keys(ports.providers) });
  if (errors.length > 0) return { kind: "invalid", errors };
  const stored = await settings.put(change.kind, change.setting, etag);
  if (stored === "stale") return { kind: "stale" };
  if (change.kind === "queues") {
    // A process may use its old snapshot for the first dispatch; the second one finds the new settings.
    const requests = [{ queueId: change.setting.id, cause: "settings" as const }];
    await Promise.all([jobs.enqueueDispatch(requests), jobs.enqueueDispatch(requests, SNAPSHOT_SECONDS)]);
  }
  return { kind: "saved", stored };
};

/** Reads lists, because the snapshot may not show the latest changes. */
const readOthers = async (settings: Settings): Promise<Omit<OtherSettings, "providers">> => {
  const [channels, queues, operatingHours] = await Promise.all([
    settings.list("channels"),
    settings.list("queues"),
    settings.list("operating-hours"),
  ]);
  return { channels, queues, operatingHours };
};
