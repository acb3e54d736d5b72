import * as z from "zod";
import { DRAFT_KINDS, DRAFT_SECONDS, type Draft, type DraftKey } from "../../shared/conversation/drafts.ts";
import { agentIdSchema, conversationIdSchema, threadIdSchema, threadOf } from "../../shared/kernel/ids.ts";
import { instantSchema } from "../../shared/kernel/instant.ts";
import { complete, defineDocument, type EveryMember } from "./document-kind.ts";

/** A draft has neither `at`, `direction` nor `conversationId`: no query for messages finds it. */
const draftDocumentSchema = z.object({
  id: z.string(),
  threadId: threadIdSchema,
  kind: z.enum(DRAFT_KINDS),
  draftOf: conversationIdSchema,
  agentId: agentIdSchema,
  text: z.string(),
  updatedAt: instantSchema,
  /** Cosmos DB removes the document so many seconds after its last write. */
  ttl: z.int(),
});
type DraftDocument = z.infer<typeof draftDocumentSchema>;

const PREFIX = "draft:";

export const draftDocumentId = ({ conversationId, agentId, kind }: DraftKey): string =>
  `${PREFIX}${conversationId}:${agentId}:${kind}`;

/** Whether an id in the container of messages is that of a draft. No message has such an id. */
export const isDraftId = (id: string): boolean => id.startsWith(PREFIX);

const toDraftDocument = (draft: Draft): EveryMember<DraftDocument> => ({
  id: draftDocumentId(draft),
  threadId: threadOf(draft.conversationId),
  kind: draft.kind,
  draftOf: draft.conversationId,
  agentId: draft.agentId,
  text: draft.text,
  updatedAt: draft.updatedAt,
  ttl: DRAFT_SECONDS,
});

export const DRAFT_DOCUMENT = defineDocument<Draft, DraftDocument>({
  container: "messages",
  schema: draftDocumentSchema,
  upgrades: [],
  toDocument: toDraftDocument,
  fromDocument: (document) =>
    complete<Draft>({
      conversationId: document.draftOf,
      agentId: document.agentId,
      kind: document.kind,
      text: document.text,
      updatedAt: document.updatedAt,
    }),
});
