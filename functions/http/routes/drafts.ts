import * as z from "zod";
import { DRAFT_CAP, DRAFT_KINDS } from "../../../shared/conversation/drafts.ts";
import { listDrafts, saveDraft } from "../../../shared/conversation/save-draft.ts";
import { conversationIdSchema } from "../../../shared/kernel/ids.ts";
import { VISIBLE_CONVERSATION } from "../guards.ts";
import { AGENTS, type Route, route } from "../route.ts";
import { draftView, draftViewSchema } from "../views/draft.ts";

const textSchema = z.string().max(DRAFT_CAP).meta({ description: "An empty text removes the draft" });

export const draftRoutes: readonly Route[] = [
  route(AGENTS, {
    name: "list-drafts",
    method: "GET",
    path: "conversations/{id}/drafts",
    summary: "Lists the caller's drafts in a conversation",
    request: { params: z.object({ id: conversationIdSchema }) },
    responses: { 200: z.object({ items: z.array(draftViewSchema) }) },
    guard: VISIBLE_CONVERSATION,
    problems: [],
    handle: async ({ params: { id } }, ports, { caller: { agentId } }) => {
      const drafts = await listDrafts(ports, { conversationId: id, agentId });
      return { status: 200, body: { items: drafts.map(draftView) } };
    },
  }),
  route(AGENTS, {
    name: "save-draft",
    method: "PUT",
    path: "conversations/{id}/drafts/{kind}",
    summary: "Saves the caller's draft of a reply or a note for 30 days, in any state of the conversation",
    isUnlogged: true,
    request: {
      params: z.object({ id: conversationIdSchema, kind: z.enum(DRAFT_KINDS) }),
      body: z.strictObject({ text: textSchema }),
    },
    responses: { 200: draftViewSchema },
    guard: VISIBLE_CONVERSATION,
    problems: [],
    handle: async ({ params: { id, kind }, body: { text } }, ports, { caller: { agentId } }) => ({
      status: 200,
      body: draftView(await saveDraft(ports, { conversationId: id, agentId, kind, text })),
    }),
  }),
];
