import * as z from "zod";
import type { Stored } from "../../../shared/kernel/stored.ts";
import {
  SETTING_SCHEMAS,
  type Setting,
  type SettingKind,
  type Settings,
  type SettingsSnapshot,
} from "../../../shared/settings/settings.ts";
import type { Containers } from "../cosmos-database.ts";
import { Documents } from "../documents.ts";

/** A setting as it is kept: under its kind. */
const settingDocumentSchema = z.looseObject({ id: z.string(), kind: z.string() });
type SettingDocument = z.infer<typeof settingDocumentSchema>;

/** Settings in the container of that name. */
export class CosmosSettings implements Settings {
  readonly #documents: Documents<SettingDocument>;

  constructor(containers: Containers) {
    this.#documents = new Documents(containers, {
      container: "settings",
      schema: settingDocumentSchema,
      toDocument: (value) => value,
      partitionOf: ({ kind }) => kind,
    });
  }

  async snapshot(): Promise<SettingsSnapshot> {
    const documents = await this.#documents.query({
      text: `SELECT * FROM c WHERE c.kind != "quick-replies"`,
    });
    const of = <K extends SettingKind>(kind: K) =>
      documents.filter((document) => document.kind === kind).map((document) => parse(kind, document));
    return {
      organisation: of("organisation")[0],
      channels: of("channels"),
      queues: of("queues"),
      rules: of("routing-rules").flatMap(({ rules }) => rules),
      operatingHours: of("operating-hours"),
    };
  }

  async list<K extends SettingKind>(kind: K): Promise<readonly Setting<K>[]> {
    const documents = await this.#documents.query({
      text: "SELECT * FROM c WHERE c.kind = @kind ORDER BY c.id",
      parameters: { kind },
      partition: kind,
    });
    return documents.map((document) => parse(kind, document));
  }

  async find<K extends SettingKind>(kind: K, id: string): Promise<Stored<Setting<K>> | undefined> {
    const stored = await this.#documents.read(id, kind);
    return stored && { value: parse(kind, stored.value), etag: stored.etag };
  }

  async put<K extends SettingKind>(kind: K, setting: Setting<K>, etag?: string): Promise<Stored<Setting<K>> | "stale"> {
    const document = settingDocumentSchema.parse({ ...setting, kind });
    const written =
      etag === undefined
        ? await this.#documents.upsert(document)
        : await this.#documents.replace({ value: document, etag }, document);
    return written === "stale" ? written : { value: setting, etag: written.etag };
  }
}

const parse = <K extends SettingKind>(kind: K, document: SettingDocument): Setting<K> =>
  SETTING_SCHEMAS[kind].parse(document) as Setting<K>;
