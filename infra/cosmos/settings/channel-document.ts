import * as z from "zod";
import type { Channel } from "../../../shared/settings/settings.ts";
import type { Language } from "../../../shared/sms/language.ts";
import { complete, defineDocument, type EveryMember } from "../document-kind.ts";
import { storedAddressSchema } from "../stored-values.ts";

const keywordTextsSchema = z.object({
  stop: z.string().optional(),
  start: z.string().optional(),
  help: z.string().optional(),
});
type KeywordTextsDocument = z.infer<typeof keywordTextsSchema>;

const languageSchema = z.enum(["en", "fr", "es"]);

const keywordRepliesSchema = keywordTextsSchema.extend({
  byLanguage: z.object({ en: keywordTextsSchema, fr: keywordTextsSchema, es: keywordTextsSchema }).partial().optional(),
});
type KeywordRepliesDocument = z.infer<typeof keywordRepliesSchema>;

const keywordsSchema = z.object({
  languages: z.array(languageSchema),
  words: z.object({ stop: z.array(z.string()), start: z.array(z.string()), help: z.array(z.string()) }),
});
type KeywordsDocument = z.infer<typeof keywordsSchema>;

const channelDocumentSchema = z.object({
  kind: z.literal("channels"),
  id: z.string(),
  provider: z.string(),
  number: storedAddressSchema,
  numberType: z.enum(["toll-free", "long-code", "short-code", "mobile"]),
  name: z.string(),
  enabled: z.boolean(),
  queueId: z.string().optional(),
  capacityUnits: z.int(),
  segmentsPerMinute: z.int().optional(),
  keywords: keywordsSchema.optional(),
  keywordReplies: keywordRepliesSchema,
});
type ChannelDocument = z.infer<typeof channelDocumentSchema>;

const channelVersion1 = z
  // The first releases had toll-free numbers only, and no replies to keywords.
  .looseObject({
    type: z.unknown().default("toll-free"),
    units: z.unknown().default(1),
    texts: z.unknown().default({}),
  })
  .transform(({ type, units, texts, ...rest }) => ({
    ...rest,
    numberType: type,
    capacityUnits: units,
    keywordReplies: texts,
  }));

type Keywords = Channel["keywords"];

const toKeywordsDocument = ({ languages, words }: Keywords): EveryMember<KeywordsDocument> => ({
  languages: [...languages],
  words: { stop: [...words.stop], start: [...words.start], help: [...words.help] },
});

const toKeywords = ({ languages, words }: KeywordsDocument): Keywords => complete<Keywords>({ languages, words });

/** What channels recognised before they had the setting. */
const FORMER_KEYWORDS: Keywords = { languages: ["en", "fr"], words: { stop: [], start: [], help: [] } };

type KeywordReplies = Channel["keywordReplies"];
type KeywordTexts = Omit<KeywordReplies, "byLanguage">;

const toTextsDocument = ({ stop, start, help }: KeywordTexts): KeywordTextsDocument =>
  complete<KeywordTextsDocument>({ stop, start, help });

const toTexts = ({ stop, start, help }: KeywordTextsDocument): KeywordTexts =>
  complete<KeywordTexts>({ stop, start, help });

const mapLanguages = <T, U>(byLanguage: { readonly [L in Language]?: T | undefined }, map: (texts: T) => U) =>
  complete<Partial<Record<Language, U>>>({
    en: byLanguage.en && map(byLanguage.en),
    fr: byLanguage.fr && map(byLanguage.fr),
    es: byLanguage.es && map(byLanguage.es),
  });

const toRepliesDocument = ({ stop, start, help, byLanguage }: KeywordReplies): KeywordRepliesDocument =>
  complete<KeywordRepliesDocument>({
    stop,
    start,
    help,
    byLanguage: byLanguage && mapLanguages(byLanguage, toTextsDocument),
  });

const toReplies = ({ stop, start, help, byLanguage }: KeywordRepliesDocument): KeywordReplies =>
  complete<KeywordReplies>({ stop, start, help, byLanguage: byLanguage && mapLanguages(byLanguage, toTexts) });

export const CHANNEL_DOCUMENT = defineDocument<Channel, ChannelDocument>({
  container: "settings",
  schema: channelDocumentSchema,
  upgrades: [channelVersion1],
  toDocument: (channel) => ({
    kind: "channels",
    id: channel.id,
    provider: channel.provider,
    number: channel.number,
    numberType: channel.numberType,
    name: channel.name,
    enabled: channel.enabled,
    queueId: channel.queueId,
    capacityUnits: channel.capacityUnits,
    segmentsPerMinute: channel.segmentsPerMinute,
    keywords: toKeywordsDocument(channel.keywords),
    keywordReplies: toRepliesDocument(channel.keywordReplies),
  }),
  fromDocument: (document) =>
    complete<Channel>({
      id: document.id,
      provider: document.provider,
      number: document.number,
      numberType: document.numberType,
      name: document.name,
      enabled: document.enabled,
      queueId: document.queueId,
      capacityUnits: document.capacityUnits,
      segmentsPerMinute: document.segmentsPerMinute,
      keywords: document.keywords ? toKeywords(document.keywords) : FORMER_KEYWORDS,
      keywordReplies: toReplies(document.keywordReplies),
    }),
});
