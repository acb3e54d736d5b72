import type { ConversationChange } from "../../shared/conversation/change-conversation.ts";
import type { Move } from "../../shared/routing/move-conversation.ts";
import { conflict, type Problem, problem } from "./problem.ts";
import { type ConversationView, conversationView } from "./views/conversation.ts";

/** The problems that moving a conversation may meet. */
export const MOVE_PROBLEMS = ["not-found", "not-assigned-to-you", "conflict", "insufficient-capacity"] as const;

type MoveAnswer =
  | { readonly status: 200; readonly body: ConversationView; readonly warning?: string }
  | Problem<(typeof MOVE_PROBLEMS)[number]>;

/**
 * Shows the conversation as it is after a move, or why it was not moved. A move whose follow-up is left to the sweep is
 * a success: a client that retried it would meet a conflict.
 */
export const answerToMove = (move: Move | ConversationChange): MoveAnswer => {
  switch (move.kind) {
    case "moved":
      return { status: 200, body: conversationView(move.conversation), ...followUpWarning(move) };
    case "changed":
      return { status: 200, body: conversationView(move.conversation) };
    case "conflict":
      return conflict(move.state);
    case "not-found":
    case "not-assigned-to-you":
    case "insufficient-capacity":
      return problem(move.kind);
    default:
      return move satisfies never;
  }
};

const followUpWarning = ({ conversation, followUp }: Extract<Move, { kind: "moved" }>): { warning?: string } =>
  followUp.kind === "done"
    ? {}
    : { warning: `the follow-up of conversation ${conversation.id} is left to the sweep: ${followUp.cause.message}` };
