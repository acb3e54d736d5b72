import type { Instant } from "../../shared/kernel/instant.ts";
import type { Stored } from "../../shared/kernel/stored.ts";
import type {
  RetirableKind,
  Setting,
  SettingKind,
  Settings,
  SettingsSnapshot,
  StoredSetting,
} from "../../shared/settings/settings.ts";
import type { Hooks } from "./hooks.ts";
import { InMemoryTable } from "./in-memory-table.ts";

interface KeptSetting {
  readonly kind: SettingKind;
  readonly setting: Setting<SettingKind>;
  readonly retiredAt?: Instant;
}

/** Settings without a cache: a snapshot shows every change at once. */
export class InMemorySettings implements Settings {
  readonly #table: InMemoryTable<KeptSetting>;

  constructor(hooks: Hooks = {}) {
    this.#table = new InMemoryTable("settings", hooks);
  }

  snapshot(): Promise<SettingsSnapshot> {
    return this.#table.read("snapshot", () => ({
      organisation: this.#all("organisation")[0],
      channels: this.#all("channels"),
      queues: this.#all("queues"),
      rules: this.#all("routing-rules").flatMap(({ rules }) => rules),
      operatingHours: this.#all("operating-hours"),
    }));
  }

  list<K extends SettingKind>(kind: K): Promise<readonly Setting<K>[]> {
    return this.#table.read("list", () => this.#all(kind));
  }

  listWithRetired<K extends SettingKind>(kind: K): Promise<readonly Setting<K>[]> {
    return this.#table.read("listWithRetired", () =>
      this.#ofKind(kind).map((stored) => storedSetting<K>(stored).value),
    );
  }

  find<K extends SettingKind>(kind: K, id: string): Promise<Stored<Setting<K>> | undefined> {
    return this.#table.read("find", () => {
      const stored = this.#table.get(keyOf(kind, id));
      return stored && stored.value.retiredAt === undefined ? storedSetting<K>(stored) : undefined;
    });
  }

  findWithRetired<K extends SettingKind>(kind: K, id: string): Promise<StoredSetting<K> | undefined> {
    return this.#table.read("findWithRetired", () => {
      const stored = this.#table.get(keyOf(kind, id));
      return stored && storedSetting<K>(stored);
    });
  }

  retire<K extends RetirableKind>(
    kind: K,
    { value: setting, etag }: Stored<Setting<K>>,
    retiredAt: Instant,
  ): Promise<StoredSetting<K> | "stale"> {
    return this.#table.write("retire", () => {
      const retired = this.#table.swap(keyOf(kind, setting.id), etag, { kind, setting, retiredAt });
      return retired === "stale" ? retired : storedSetting<K>(retired);
    });
  }

  put<K extends SettingKind>(kind: K, setting: Setting<K>, etag?: string): Promise<Stored<Setting<K>> | "stale"> {
    return this.#table.write("put", () => {
      const key = keyOf(kind, setting.id);
      const document = { kind, setting };
      const written = etag === undefined ? this.#table.put(key, document) : this.#table.swap(key, etag, document);
      return written === "stale" ? written : storedSetting<K>(written);
    });
  }

  /** Stores settings, or replaces those with their ids. */
  seed<K extends SettingKind>(kind: K, ...settings: readonly Setting<K>[]): void {
    for (const setting of settings) this.#table.put(keyOf(kind, setting.id), { kind, setting });
  }

  #all<K extends SettingKind>(kind: K): readonly Setting<K>[] {
    return this.#ofKind(kind)
      .filter(({ value }) => value.retiredAt === undefined)
      .map((stored) => storedSetting<K>(stored).value);
  }

  #ofKind(kind: SettingKind): readonly Stored<KeptSetting>[] {
    return this.#table.values().filter(({ value }) => value.kind === kind);
  }
}

// An entry under the key of a kind is a setting of that kind, which the compiler cannot see.
const storedSetting = <K extends SettingKind>({ value, etag }: Stored<KeptSetting>): StoredSetting<K> => ({
  value: value.setting as Setting<K>,
  etag,
  ...(value.retiredAt !== undefined && { retiredAt: value.retiredAt }),
});

const keyOf = (kind: SettingKind, id: string): string => `${kind}/${id}`;
