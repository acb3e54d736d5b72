import { z } from "zod";
import type { Stored } from "../../shared/kernel/stored.ts";
import {
  SETTING_SCHEMAS,
  type Setting,
  type SettingKind,
  type Settings,
  type SettingsSnapshot,
} from "../../shared/settings/settings.ts";
import type { Hooks } from "./hooks.ts";
import { InMemoryTable } from "./in-memory-table.ts";

const keptSchema = z.object({ kind: z.string(), setting: z.unknown() });

/** Settings without a cache: a snapshot shows every change at once. */
export class InMemorySettings implements Settings {
  readonly #table: InMemoryTable<z.infer<typeof keptSchema>>;

  constructor(hooks: Hooks = {}) {
    this.#table = new InMemoryTable("settings", keptSchema, hooks);
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

  find<K extends SettingKind>(kind: K, id: string): Promise<Stored<Setting<K>> | undefined> {
    return this.#table.read("find", () => {
      const stored = this.#table.get(keyOf(kind, id));
      return stored && { value: parse(kind, stored.value.setting), etag: stored.etag };
    });
  }

  put<K extends SettingKind>(kind: K, setting: Setting<K>, etag?: string): Promise<Stored<Setting<K>> | "stale"> {
    return this.#table.write("put", () => {
      const key = keyOf(kind, setting.id);
      const document = { kind, setting };
      const written = etag === undefined ? this.#table.put(key, document) : this.#table.swap(key, etag, document);
      return written === "stale" ? written : { value: parse(kind, written.value.setting), etag: written.etag };
    });
  }

  /** Stores settings, or replaces those with their ids. */
  seed<K extends SettingKind>(kind: K, ...settings: readonly Setting<K>[]): void {
    for (const setting of settings) this.#table.put(keyOf(kind, setting.id), { kind, setting: parse(kind, setting) });
  }

  #all<K extends SettingKind>(kind: K): readonly Setting<K>[] {
    return this.#table
      .values()
      .filter(({ value }) => value.kind === kind)
      .map(({ value }) => parse(kind, value.setting));
  }
}

// The schema of a kind makes settings of that kind, which the compiler cannot see through the map of schemas.
const parse = <K extends SettingKind>(kind: K, value: unknown): Setting<K> =>
  SETTING_SCHEMAS[kind].parse(value) as Setting<K>;

const keyOf = (kind: SettingKind, id: string): string => `${kind}/${id}`;
