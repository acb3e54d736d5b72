import type { ConversationChange } from "../../shared/conversation/change-conversation.ts";
import type { Move } from "../../shared/routing/move-conversation.ts";
import { showStored } from "./etag.ts";
import { conflict, type Problem, problem } from "./problem.ts";
import { type ConversationView, conversationView } from "./views/conversation.ts";

/** The problems of a move. */
export const MOVE_PROBLEMS = [
  "not-found",
  "not-assigned-to-you",
  "conflict",
  "insufficient-capacity",
  "version-mismatch",
] as const;

interface MovedResponse {
  readonly status: 200;
  readonly body: ConversationView;
  readonly headers: Readonly<Record<string, string>>;
  readonly warning?: string;
}

/**
 * Shows the conversation after a move, or why it was not moved. A move whose follow-up is left to the sweep is a
 * success: a client that retried it would meet a conflict.
 */
export const moveResponse = (
  move: Move | ConversationChange,
): MovedResponse | Problem<(typeof MOVE_PROBLEMS)[number]> => {
  switch (move.kind) {
    case "moved":
      return { ...showConversation(move), ...followUpWarning(move) };
    case "changed":
      return showConversation(move);
    case "conflict":
      return conflict(move.state);
    case "stale":
      return problem("version-mismatch");
    case "not-found":
    case "not-assigned-to-you":
    case "insufficient-capacity":
      return problem(move.kind);
    default:
      return move satisfies never;
  }
};

const showConversation = ({ conversation, etag }: Extract<Move | ConversationChange, { readonly etag: string }>) =>
  showStored({ value: conversation, etag }, conversationView);

const followUpWarning = ({ conversation, followUp }: Extract<Move, { kind: "moved" }>): { warning?: string } => {
  switch (followUp.kind) {
    case "done":
      return {};
    case "left-to-sweep":
      return {
        warning: `the follow-up of conversation ${conversation.id} is left to the sweep: ${followUp.cause.message}`,
      };
    default:
      return followUp satisfies never;
  }
};
