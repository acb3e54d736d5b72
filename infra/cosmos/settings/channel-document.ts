import * as z from "zod";
import type { Channel } from "../../../shared/settings/settings.ts";
import { complete, defineDocument } from "../document-kind.ts";
import { storedAddressSchema } from "../stored-values.ts";

const keywordRepliesSchema = z.object({
  stop: z.string().optional(),
  start: z.string().optional(),
  help: z.string().optional(),
});
type KeywordRepliesDocument = z.infer<typeof keywordRepliesSchema>;

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
    keywordReplies: complete<KeywordRepliesDocument>({
      stop: channel.keywordReplies.stop,
      start: channel.keywordReplies.start,
      help: channel.keywordReplies.help,
    }),
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
      keywordReplies: complete<Channel["keywordReplies"]>({
        stop: document.keywordReplies.stop,
        start: document.keywordReplies.start,
        help: document.keywordReplies.help,
      }),
    }),
});
