import * as z from "zod";
import { type Instant, instantSchema } from "../../../shared/kernel/instant.ts";
import type { Setting, SettingKind } from "../../../shared/settings/settings.ts";
import type { DocumentKind } from "../document-kind.ts";
import { CHANNEL_DOCUMENT } from "./channel-document.ts";
import { OPERATING_HOURS_DOCUMENT } from "./operating-hours-document.ts";
import { ORGANISATION_DOCUMENT } from "./organisation-document.ts";
import { QUEUE_DOCUMENT } from "./queue-document.ts";
import { QUICK_REPLY_DOCUMENT } from "./quick-reply-document.ts";
import { ROUTING_RULES_DOCUMENT } from "./routing-rules-document.ts";

/** The document of each kind of setting. Its member `kind` is the partition key. */
export const SETTING_DOCUMENTS: { readonly [K in SettingKind]: DocumentKind<Setting<K>> } = {
  organisation: ORGANISATION_DOCUMENT,
  channels: CHANNEL_DOCUMENT,
  queues: QUEUE_DOCUMENT,
  "routing-rules": ROUTING_RULES_DOCUMENT,
  "operating-hours": OPERATING_HOURS_DOCUMENT,
  "quick-replies": QUICK_REPLY_DOCUMENT,
};

/** A setting, and when it was retired. */
export interface RetirableSetting<K extends SettingKind> {
  readonly setting: Setting<K>;
  readonly retiredAt: Instant | undefined;
}

const retirementSchema = z.object({ retiredAt: instantSchema.optional() });

/** The document of a kind of setting with `retiredAt`, by which queries leave out retired settings. */
export const retirableDocument = <K extends SettingKind>(kind: K): DocumentKind<RetirableSetting<K>> => ({
  container: "settings",
  toDocument: ({ setting, retiredAt }) => ({
    ...SETTING_DOCUMENTS[kind].toDocument(setting),
    ...(retiredAt !== undefined && { retiredAt }),
  }),
  fromDocument: (document) => ({
    setting: SETTING_DOCUMENTS[kind].fromDocument(document),
    retiredAt: retirementSchema.parse(document).retiredAt,
  }),
});

const kindSchema = z.object({ kind: z.string() });

/**
 * Reads the settings of one kind from documents of all kinds.
 * @throws UnreadableDocumentError at the first that it cannot read: a decision made without it could be wrong.
 */
export const settingsOfKind = <K extends SettingKind>(kind: K, documents: readonly unknown[]): readonly Setting<K>[] =>
  documents
    .filter((document) => kindSchema.parse(document).kind === kind)
    .map((document) => SETTING_DOCUMENTS[kind].fromDocument(document));
