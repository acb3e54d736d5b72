import * as z from "zod";
import type { Setting } from "../../../shared/settings/settings.ts";
import { complete, defineDocument, sameShape } from "../document-kind.ts";

const quickReplyDocumentSchema = z.object({
  kind: z.literal("quick-replies"),
  id: z.string(),
  title: z.string(),
  text: z.string(),
  tags: z.array(z.string()),
});
type QuickReplyDocument = z.infer<typeof quickReplyDocumentSchema>;

export const QUICK_REPLY_DOCUMENT = defineDocument<Setting<"quick-replies">, QuickReplyDocument>({
  container: "settings",
  schema: quickReplyDocumentSchema,
  upgrades: [sameShape],
  toDocument: ({ id, title, text, tags }) => ({ kind: "quick-replies", id, title, text, tags: [...tags] }),
  fromDocument: ({ id, title, text, tags }) => complete<Setting<"quick-replies">>({ id, title, text, tags }),
});
