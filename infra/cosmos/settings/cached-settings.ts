import { type Instant, type Now, secondsBetween } from "../../../shared/kernel/instant.ts";
import type { Stored } from "../../../shared/kernel/stored.ts";
import {
  type RetirableKind,
  type Setting,
  type SettingKind,
  type Settings,
  type SettingsSnapshot,
  SNAPSHOT_SECONDS,
  type StoredSetting,
} from "../../../shared/settings/settings.ts";

/** Settings whose snapshot is read again only when it is too old, or when this process has changed a setting. */
export class CachedSettings implements Settings {
  readonly #settings: Settings;
  readonly #now: Now;
  #cached: { readonly readAt: Instant; readonly snapshot: Promise<SettingsSnapshot> } | undefined;

  constructor(settings: Settings, now: Now) {
    this.#settings = settings;
    this.#now = now;
  }

  snapshot(): Promise<SettingsSnapshot> {
    const now = this.#now();
    if (this.#cached && secondsBetween(this.#cached.readAt, now) < SNAPSHOT_SECONDS) return this.#cached.snapshot;
    const snapshot = this.#settings.snapshot();
    const cached = { readAt: now, snapshot };
    this.#cached = cached;
    snapshot.catch(() => {
      if (this.#cached === cached) this.#cached = undefined;
    });
    return snapshot;
  }

  list<K extends SettingKind>(kind: K): Promise<readonly Setting<K>[]> {
    return this.#settings.list(kind);
  }

  listWithRetired<K extends SettingKind>(kind: K): Promise<readonly Setting<K>[]> {
    return this.#settings.listWithRetired(kind);
  }

  find<K extends SettingKind>(kind: K, id: string): Promise<Stored<Setting<K>> | undefined> {
    return this.#settings.find(kind, id);
  }

  findWithRetired<K extends SettingKind>(kind: K, id: string): Promise<StoredSetting<K> | undefined> {
    return this.#settings.findWithRetired(kind, id);
  }

  async retire<K extends RetirableKind>(
    kind: K,
    stored: Stored<Setting<K>>,
    retiredAt: Instant,
  ): Promise<StoredSetting<K> | "stale"> {
    const retired = await this.#settings.retire(kind, stored, retiredAt);
    this.#cached = undefined;
    return retired;
  }

  async put<K extends SettingKind>(kind: K, setting: Setting<K>, etag?: string): Promise<Stored<Setting<K>> | "stale"> {
    const saved = await this.#settings.put(kind, setting, etag);
    this.#cached = undefined;
    return saved;
  }
}
