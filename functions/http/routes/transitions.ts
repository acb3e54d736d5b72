import * as z from "zod";
import { actorOf } from "../../../shared/conversation/actor.ts";
import { noteTextSchema } from "../../../shared/conversation/message.ts";
import { agentIdSchema, conversationIdSchema, settingIdSchema } from "../../../shared/kernel/ids.ts";
import { blockConversation } from "../../../shared/routing/block-number.ts";
import { endConversation } from "../../../shared/routing/end-conversation.ts";
import { moveConversation } from "../../../shared/routing/move-conversation.ts";
import { transferConversation } from "../../../shared/routing/transfer-conversation.ts";
import { reasonSchema } from "../customer.ts";
import { ifMatchHeaders } from "../etag.ts";
import {
  CONVERSATION_IN_OWN_QUEUE,
  OWN_CONVERSATION,
  OWN_OR_SUPERVISED_CONVERSATION,
  VISIBLE_CONVERSATION,
} from "../guards.ts";
import { MOVE_PROBLEMS, moveResponse } from "../move-response.ts";
import { invalidField, problem } from "../problem.ts";
import { AGENTS, type Route, route } from "../route.ts";
import { conversationViewSchema } from "../views/conversation.ts";

const overrideSchema = z
  .boolean()
  .exactOptional()
  .meta({ description: "For supervisors: although the agent's presence or capacity does not allow it" });

const noteSchema = noteTextSchema.exactOptional().meta({
  description:
    "A note for the next agent, added before the conversation moves; with it, a repeated request moves it once",
});

const transferSchema = z.union(
  [
    z.strictObject({ queueId: settingIdSchema, note: noteSchema }),
    z.strictObject({ agentId: agentIdSchema, override: overrideSchema, note: noteSchema }),
  ],
  { error: "must have either queueId or agentId, and besides that at most a note" },
);

/** The note is checked first, because a union does not say what is wrong with it. */
const transferBody = z.looseObject({ note: noteSchema }).pipe(transferSchema);

/** What the routes of this file have in common. */
const transitionRoute = (name: string, summary: string) => ({
  name: `${name}-conversation`,
  method: "POST" as const,
  path: `conversations/{id}/${name}`,
  summary,
  request: { params: z.object({ id: conversationIdSchema }), headers: ifMatchHeaders },
  responses: { 200: conversationViewSchema },
  hasETag: true as const,
  isAudited: true as const,
  problems: MOVE_PROBLEMS,
});

/** A transition that depends on the caller and the conversation alone. */
const agentTransition = (
  kind: "accept" | "decline" | "park" | "resume" | "release" | "finish",
  summary: string,
  guard: typeof VISIBLE_CONVERSATION,
): Route =>
  route(AGENTS, {
    ...transitionRoute(kind, summary),
    guard,
    handle: async (_, ports, { read, caller: { agentId } }) =>
      moveResponse(await moveConversation(ports, read, { kind, agentId })),
  });

const block = transitionRoute(
  "block",
  "Ends a conversation as spam, and blocks the customer's number on every channel",
);
const transfer = transitionRoute("transfer", "Moves a conversation to another queue, or offers it to another agent");

export const transitionRoutes: readonly Route[] = [
  // An offer may have gone to another agent since the caller saw it: that is a conflict, which names the present state.
  agentTransition("accept", "Accepts a conversation that is offered to the caller", VISIBLE_CONVERSATION),
  agentTransition("decline", "Declines a conversation that is offered to the caller", VISIBLE_CONVERSATION),
  agentTransition("park", "Parks a conversation, to resume it later", OWN_CONVERSATION),
  agentTransition("resume", "Resumes a parked conversation", OWN_CONVERSATION),
  agentTransition("release", "Returns a conversation to its queue", OWN_CONVERSATION),
  agentTransition("finish", "Finishes the wrap-up and closes the conversation", OWN_CONVERSATION),
  route(AGENTS, {
    ...transitionRoute("pick", "Assigns a waiting conversation to the caller"),
    guard: CONVERSATION_IN_OWN_QUEUE,
    handle: async (_, ports, { read, caller: { agentId } }) =>
      moveResponse(await moveConversation(ports, read, { kind: "pick", agentId, queueId: read.value.queueId })),
  }),
  route(AGENTS, {
    ...transitionRoute("end", "Ends a conversation; a supervisor closes the conversation of another agent at once"),
    guard: OWN_OR_SUPERVISED_CONVERSATION,
    handle: async (_, ports, { read, caller }) => moveResponse(await endConversation(ports, read, actorOf(caller))),
  }),
  route(AGENTS, {
    ...block,
    request: { ...block.request, body: z.strictObject({ reason: reasonSchema }) },
    guard: OWN_OR_SUPERVISED_CONVERSATION,
    handle: async ({ body: { reason } }, ports, { read, caller }) =>
      moveResponse(await blockConversation(ports, read, { actor: actorOf(caller), reason })),
  }),
  route(AGENTS, {
    ...transfer,
    request: { ...transfer.request, body: transferBody },
    documentedBody: transferSchema,
    guard: OWN_OR_SUPERVISED_CONVERSATION,
    problems: [...MOVE_PROBLEMS, "agent-not-present", "forbidden", "invalid"],
    handle: async ({ body: { note, ...to } }, ports, { read, memberOf, caller }) => {
      const move = await transferConversation(ports, read, { actor: actorOf(caller), memberOf, to, note });
      switch (move.kind) {
        case "unknown-destination":
          return "queueId" in to
            ? invalidField("queueId", "there is no such queue")
            : invalidField("agentId", "there is no such agent");
        case "agent-not-present":
          return problem("agent-not-present");
        case "override-forbidden":
          return problem("forbidden", { detail: "Only supervisors may override." });
        default:
          return moveResponse(move);
      }
    },
  }),
];
