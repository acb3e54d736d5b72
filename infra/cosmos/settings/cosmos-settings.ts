import type { Instant } from "../../../shared/kernel/instant.ts";
import type { Stored } from "../../../shared/kernel/stored.ts";
import type {
  RetirableKind,
  Setting,
  SettingKind,
  Settings,
  SettingsSnapshot,
  StoredSetting,
} from "../../../shared/settings/settings.ts";
import type { Containers } from "../cosmos-database.ts";
import { NOT_RETIRED } from "../document-kind.ts";
import { Documents } from "../documents.ts";
import { type RetirableSetting, retirableDocument, settingsOfKind } from "./setting-documents.ts";

/** Settings in the container of that name, in the partition of their kind. */
export class CosmosSettings implements Settings {
  readonly #containers: Containers;

  constructor(containers: Containers) {
    this.#containers = containers;
  }

  async snapshot(): Promise<SettingsSnapshot> {
    const documents = await this.#documentsOf("organisation").resources({
      text: `SELECT * FROM c WHERE c.kind != "quick-replies" AND ${NOT_RETIRED}`,
    });
    return {
      organisation: settingsOfKind("organisation", documents)[0],
      channels: settingsOfKind("channels", documents),
      queues: settingsOfKind("queues", documents),
      rules: settingsOfKind("routing-rules", documents).flatMap(({ rules }) => rules),
      operatingHours: settingsOfKind("operating-hours", documents),
    };
  }

  list<K extends SettingKind>(kind: K): Promise<readonly Setting<K>[]> {
    return this.#select(kind, `c.kind = @kind AND ${NOT_RETIRED}`);
  }

  listWithRetired<K extends SettingKind>(kind: K): Promise<readonly Setting<K>[]> {
    return this.#select(kind, "c.kind = @kind");
  }

  async find<K extends SettingKind>(kind: K, id: string): Promise<Stored<Setting<K>> | undefined> {
    const stored = await this.findWithRetired(kind, id);
    return stored?.retiredAt === undefined ? stored : undefined;
  }

  async findWithRetired<K extends SettingKind>(kind: K, id: string): Promise<StoredSetting<K> | undefined> {
    const stored = await this.#documentsOf(kind).read(id, kind);
    return stored && storedSetting(stored);
  }

  async put<K extends SettingKind>(kind: K, setting: Setting<K>, etag?: string): Promise<Stored<Setting<K>> | "stale"> {
    const documents = this.#documentsOf(kind);
    const value = { setting, retiredAt: undefined };
    const written =
      etag === undefined ? await documents.upsert(value) : await documents.replace({ value, etag }, value);
    return written === "stale" ? written : storedSetting(written);
  }

  async retire<K extends RetirableKind>(
    kind: K,
    { value: setting, etag }: Stored<Setting<K>>,
    retiredAt: Instant,
  ): Promise<StoredSetting<K> | "stale"> {
    const value = { setting, retiredAt };
    const written = await this.#documentsOf(kind).replace({ value, etag }, value);
    return written === "stale" ? written : storedSetting(written);
  }

  async #select<K extends SettingKind>(kind: K, where: string): Promise<readonly Setting<K>[]> {
    const documents = await this.#documentsOf(kind).resources({
      text: `SELECT * FROM c WHERE ${where} ORDER BY c.id`,
      parameters: { kind },
      partition: kind,
    });
    return settingsOfKind(kind, documents);
  }

  #documentsOf<K extends SettingKind>(kind: K): Documents<RetirableSetting<K>> {
    return new Documents(this.#containers, retirableDocument(kind));
  }
}

const storedSetting = <K extends SettingKind>({ value, etag }: Stored<RetirableSetting<K>>): StoredSetting<K> => ({
  value: value.setting,
  etag,
  ...(value.retiredAt !== undefined && { retiredAt: value.retiredAt }),
});
