import * as z from "zod";
import { actorOf } from "../../../shared/conversation/actor.ts";
import { addNote, type NoteRefusal } from "../../../shared/conversation/add-note.ts";
import { noteTextSchema } from "../../../shared/conversation/message.ts";
import { conversationIdSchema } from "../../../shared/kernel/ids.ts";
import { CONVERSATION_TO_NOTE } from "../guards.ts";
import { idempotencyHeaders } from "../idempotency.ts";
import { lastSeenMessageIdSchema } from "../last-seen.ts";
import { conflict, newerMessage, problem } from "../problem.ts";
import { AGENTS, type Route, route } from "../route.ts";
import { noteView, noteViewSchema } from "../views/message.ts";

const noteBody = z.strictObject({
  text: noteTextSchema,
  lastSeenMessageId: lastSeenMessageIdSchema,
});

const refusal = (refused: NoteRefusal) => {
  switch (refused.kind) {
    case "conflict":
      return conflict(refused.state);
    case "newer-message":
      return newerMessage(refused.newerMessage);
    case "key-reused":
      return problem("idempotency-key-reused");
    case "stale":
      return problem("version-mismatch");
    case "not-found":
    case "not-assigned-to-you":
      return problem(refused.kind);
    default:
      return refused satisfies never;
  }
};

export const noteRoutes: readonly Route[] = [
  route(AGENTS, {
    name: "add-note",
    method: "POST",
    path: "conversations/{id}/notes",
    summary: "Adds a note for colleagues, which the customer never gets",
    request: {
      params: z.object({ id: conversationIdSchema }),
      headers: idempotencyHeaders("A note that is repeated with the same key is added once"),
      body: noteBody,
    },
    responses: { 201: z.object({ message: noteViewSchema }) },
    guard: CONVERSATION_TO_NOTE,
    problems: [
      "not-found",
      "not-assigned-to-you",
      "conflict",
      "newer-message",
      "version-mismatch",
      "idempotency-key-reused",
    ],
    handle: async ({ headers, body }, ports, { read, caller }) => {
      const idempotencyKey = headers["idempotency-key"];
      const added = await addNote(ports, read, { ...body, actor: actorOf(caller), idempotencyKey });
      if (added.kind !== "added") return refusal(added);
      return { status: 201, body: { message: noteView(added.note) }, messageId: added.note.id };
    },
  }),
];
