import type { Stored } from "../../../shared/kernel/stored.ts";
import type { Setting, SettingKind, Settings, SettingsSnapshot } from "../../../shared/settings/settings.ts";
import type { Containers } from "../cosmos-database.ts";
import { Documents } from "../documents.ts";
import { SETTING_DOCUMENTS, settingsOfKind } from "./setting-documents.ts";

/** Settings in the container of that name, in the partition of their kind. */
export class CosmosSettings implements Settings {
  readonly #containers: Containers;

  constructor(containers: Containers) {
    this.#containers = containers;
  }

  async snapshot(): Promise<SettingsSnapshot> {
    const documents = await this.#documentsOf("organisation").resources({
      text: `SELECT * FROM c WHERE c.kind != "quick-replies"`,
    });
    return {
      organisation: settingsOfKind("organisation", documents)[0],
      channels: settingsOfKind("channels", documents),
      queues: settingsOfKind("queues", documents),
      rules: settingsOfKind("routing-rules", documents).flatMap(({ rules }) => rules),
      operatingHours: settingsOfKind("operating-hours", documents),
    };
  }

  async list<K extends SettingKind>(kind: K): Promise<readonly Setting<K>[]> {
    const documents = await this.#documentsOf(kind).resources({
      text: "SELECT * FROM c WHERE c.kind = @kind ORDER BY c.id",
      parameters: { kind },
      partition: kind,
    });
    return settingsOfKind(kind, documents);
  }

  find<K extends SettingKind>(kind: K, id: string): Promise<Stored<Setting<K>> | undefined> {
    return this.#documentsOf(kind).read(id, kind);
  }

  put<K extends SettingKind>(kind: K, setting: Setting<K>, etag?: string): Promise<Stored<Setting<K>> | "stale"> {
    const documents = this.#documentsOf(kind);
    return etag === undefined ? documents.upsert(setting) : documents.replace({ value: setting, etag }, setting);
  }

  #documentsOf<K extends SettingKind>(kind: K): Documents<Setting<K>> {
    return new Documents(this.#containers, SETTING_DOCUMENTS[kind]);
  }
}
