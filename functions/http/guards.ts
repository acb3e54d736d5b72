import { actorOf } from "../../shared/conversation/actor.ts";
import type { Conversation } from "../../shared/conversation/conversation.ts";
import {
  canSeeQueue,
  type FindConversation,
  findInOwnQueue,
  findOwn,
  findOwnOrSupervised,
  findVisible,
} from "../../shared/conversation/conversation-access.ts";
import type { Caller } from "../../shared/kernel/caller.ts";
import type { ConversationId } from "../../shared/kernel/ids.ts";
import type { Ports } from "../../shared/kernel/ports.ts";
import type { Read } from "../../shared/kernel/stored.ts";
import { type Problem, type ProblemName, problem } from "./problem.ts";

/**
 * What a route requires of the caller besides a role. The HTTP layer checks it before the handler runs, and hands over
 * what it loaded.
 *
 * @typeParam R - the part of the request that the check needs.
 * @typeParam T - what the handler gets.
 */
export interface Guard<R = never, T extends object = object> {
  /** Who passes, for the documentation. */
  readonly allows: string;
  /** The problems with which it refuses. */
  readonly problems: readonly ProblemName[];
  /** @throws TransientError when a store is unavailable. */
  readonly check: (request: R, ports: Ports, caller: Caller) => Promise<T | Problem>;
}

interface ConversationRequest {
  readonly params: { readonly id: ConversationId };
  /** An `if-match` is the version that the caller wants to change. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** The conversation that a request names, read once. */
export interface GuardedConversation {
  readonly read: Read<Conversation>;
  /** The conversation's queue, when access depends on the caller's membership of it. */
  readonly memberOf?: string | undefined;
}

const conversationGuard = (
  allows: string,
  find: FindConversation,
  refusal: "not-assigned-to-you" | "not-a-queue-member" = "not-assigned-to-you",
): Guard<ConversationRequest, GuardedConversation> => ({
  allows,
  problems: ["not-found", refusal],
  check: async ({ params, headers }, ports, caller) => {
    const access = await find(ports, actorOf(caller), params.id);
    return access.kind === "granted" ? ifMatching(access, headers?.["if-match"]) : problem(access.kind);
  },
});

const ifMatching = (
  { read, memberOf }: GuardedConversation,
  etag: string | undefined,
): GuardedConversation | Problem => {
  if (etag === undefined) return { read, memberOf };
  return read.etag === etag ? { read: { ...read, isOnlyVersion: true }, memberOf } : problem("version-mismatch");
};

const WHO_MAY_SEE = "the agent who has it or had it last, members of its queue";

export const VISIBLE_CONVERSATION = conversationGuard(`supervisors, ${WHO_MAY_SEE}`, findVisible);

export const OWN_CONVERSATION = conversationGuard(
  "the agent who has it; while no agent has it, those who may see it",
  findOwn,
);

export const OWN_OR_SUPERVISED_CONVERSATION = conversationGuard(
  "supervisors, the agent who has it; while no agent has it, those who may see it",
  findOwnOrSupervised,
);

export const CONVERSATION_IN_OWN_QUEUE = conversationGuard(
  "members of its queue",
  findInOwnQueue,
  "not-a-queue-member",
);

export const VISIBLE_QUEUE: Guard<{ readonly params: { readonly id: string } }> = {
  allows: "supervisors, members of the queue",
  problems: ["not-a-queue-member"],
  check: async ({ params: { id } }, ports, caller) =>
    (await canSeeQueue(ports, actorOf(caller), id)) ? {} : problem("not-a-queue-member"),
};
