import * as z from "zod";
import { actorOf } from "../../shared/conversation/actor.ts";
import { agentIdSchema, conversationIdSchema, settingIdSchema } from "../../shared/kernel/ids.ts";
import { endConversation } from "../../shared/routing/end-conversation.ts";
import { moveConversation } from "../../shared/routing/move-conversation.ts";
import { pickConversation } from "../../shared/routing/pick-conversation.ts";
import { releaseConversation } from "../../shared/routing/release-conversation.ts";
import { transferConversation } from "../../shared/routing/transfer-conversation.ts";
import { answerToMove, MOVE_PROBLEMS } from "./move-answer.ts";
import { invalidField, problem } from "./problem.ts";
import { AGENTS, type Route, route } from "./route.ts";
import { conversationViewSchema } from "./views.ts";

const destinationSchema = z.union(
  [z.strictObject({ queueId: settingIdSchema }), z.strictObject({ agentId: agentIdSchema })],
  { error: "must have either queueId or agentId, and nothing else" },
);

/** What the routes of this file have in common. */
const transition = (name: string, summary: string) => ({
  name: `${name}-conversation`,
  method: "POST" as const,
  path: `conversations/{id}/${name}`,
  summary,
  request: { params: z.object({ id: conversationIdSchema }) },
  responses: { 200: conversationViewSchema },
  problems: MOVE_PROBLEMS,
});

/** A transition that only the agent who asks decides. */
const ownTransition = (kind: "accept" | "decline" | "park" | "resume" | "finish", summary: string): Route =>
  route(AGENTS, {
    ...transition(kind, summary),
    handle: async ({ params: { id } }, ports, { agentId }) =>
      answerToMove(await moveConversation(ports, id, { kind, agentId })),
  });

const pick = transition("pick", "Takes a conversation that waits in a queue of the agent who asks");
const transfer = transition("transfer", "Moves a conversation to another queue, or offers it to another agent");

export const transitionRoutes: readonly Route[] = [
  ownTransition("accept", "Takes a conversation that is offered to the agent who asks"),
  ownTransition("decline", "Declines a conversation that is offered to the agent who asks"),
  ownTransition("park", "Puts a conversation aside, to come back to it later"),
  ownTransition("resume", "Comes back to a conversation that was put aside"),
  ownTransition("finish", "Finishes the wrap-up, and closes the conversation"),
  route(AGENTS, {
    ...pick,
    problems: [...MOVE_PROBLEMS, "not-a-queue-member"],
    handle: async ({ params: { id } }, ports, { agentId }) => {
      const move = await pickConversation(ports, id, agentId);
      return move.kind === "not-a-queue-member" ? problem("not-a-queue-member") : answerToMove(move);
    },
  }),
  route(AGENTS, {
    ...transition("release", "Gives a conversation back to its queue"),
    handle: async ({ params: { id } }, ports, { agentId }) =>
      answerToMove(await releaseConversation(ports, id, agentId)),
  }),
  route(AGENTS, {
    ...transition("end", "Ends a conversation; a supervisor closes that of another at once"),
    handle: async ({ params: { id } }, ports, caller) =>
      answerToMove(await endConversation(ports, id, actorOf(caller))),
  }),
  route(AGENTS, {
    ...transfer,
    request: { ...transfer.request, body: destinationSchema },
    problems: [...MOVE_PROBLEMS, "invalid"],
    handle: async ({ params: { id }, body }, ports, caller) => {
      const move = await transferConversation(ports, id, actorOf(caller), body);
      if (move.kind !== "unknown-destination") return answerToMove(move);
      return "queueId" in body
        ? invalidField("queueId", "there is no such queue")
        : invalidField("agentId", "there is no such agent");
    },
  }),
];
