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
import { noteIdFromKey, type OutboundMessage, replyIdFromKey, retryIdOf } from "../../shared/conversation/message.ts";
import type { Caller } from "../../shared/kernel/caller.ts";
import { type ConversationId, type MessageId, threadOf } from "../../shared/kernel/ids.ts";
import type { Ports } from "../../shared/kernel/ports.ts";
import type { Read } from "../../shared/kernel/stored.ts";
import { findReply } from "../../shared/sending/reply.ts";
import { type Problem, type ProblemName, problem } from "./problem.ts";

/**
 * What a route requires of the caller besides a role. The HTTP layer checks it before the handler runs, and passes on
 * what it loaded.
 *
 * @typeParam R - the part of the request that the check needs.
 * @typeParam T - what the handler gets.
 */
export interface Guard<R = never, T extends object = object> {
  /** Completes the words "if the caller ..." in the documentation. */
  readonly name: string;
  /** Who passes, in the words of the documentation. */
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
interface GuardedConversation {
  readonly read: Read<Conversation>;
  /** The conversation's queue, when access depends on the caller's membership of it. */
  readonly memberOf?: string | undefined;
}

type ConversationGuard = Guard<ConversationRequest, GuardedConversation>;

/** Makes the check of a conversation; when the request has If-Match, the conversation must have that version. */
const checkBy =
  (find: FindConversation): ConversationGuard["check"] =>
  async ({ params, headers }, ports, caller) => {
    const access = await find(ports, actorOf(caller), params.id);
    if (access.kind !== "granted") return problem(access.kind);
    const { read, memberOf } = access;
    const version = headers?.["if-match"];
    if (version === undefined) return { read, memberOf };
    return version === read.etag ? { read: { ...read, isOnlyVersion: true }, memberOf } : problem("version-mismatch");
  };

export const VISIBLE_CONVERSATION: ConversationGuard = {
  name: "may see it",
  allows: "supervisors, the agent who owns the conversation or last worked on it, and the members of its queue",
  problems: ["not-found", "not-assigned-to-you"],
  check: checkBy(findVisible),
};

export const OWN_CONVERSATION: ConversationGuard = {
  name: "owns it",
  allows: "the agent who owns the conversation; while no agent owns it, those who may see it",
  problems: ["not-found", "not-assigned-to-you"],
  check: checkBy(findOwn),
};

export const OWN_OR_SUPERVISED_CONVERSATION: ConversationGuard = {
  name: "owns it or supervises",
  allows: "supervisors and the agent who owns the conversation; while no agent owns it, those who may see it",
  problems: ["not-found", "not-assigned-to-you"],
  check: checkBy(findOwnOrSupervised),
};

/** @returns the id of the message that a request writes; undefined when a repetition would write another one. */
type WrittenId<R> = (request: R, agentId: string) => MessageId | undefined;

/**
 * Passes also those who may see the conversation and repeat a request of theirs, which has written its message: it gets its
 * first outcome, whatever has happened to the conversation since.
 */
const orRepeats = <R extends ConversationRequest>(
  guard: ConversationGuard,
  writtenId: WrittenId<R>,
): Guard<R, GuardedConversation> => ({
  name: `${guard.name}, or repeats its own request`,
  allows: `${guard.allows}; and those who may see it and repeat a request of theirs`,
  problems: guard.problems,
  check: async (request, ports, caller) => {
    const checked = await guard.check(request, ports, caller);
    const id = writtenId(request, caller.agentId);
    if (!("problem" in checked) || checked.problem !== "not-assigned-to-you" || id === undefined) return checked;
    const written = await ports.messages.find(threadOf(request.params.id), id);
    const isOwn = written !== undefined && "agentId" in written && written.agentId === caller.agentId;
    return isOwn ? VISIBLE_CONVERSATION.check(request, ports, caller) : checked;
  },
});

const byKey =
  (idFromKey: (conversationId: ConversationId, agentId: string, key: string) => MessageId) =>
  ({ params, headers }: ConversationRequest, agentId: string): MessageId | undefined => {
    const key = headers?.["idempotency-key"];
    return key === undefined ? undefined : idFromKey(params.id, agentId, key);
  };

export const CONVERSATION_TO_REPLY_TO = orRepeats(OWN_CONVERSATION, byKey(replyIdFromKey));

export const CONVERSATION_TO_NOTE = orRepeats(OWN_OR_SUPERVISED_CONVERSATION, byKey(noteIdFromKey));

export const CONVERSATION_TO_RETRY_IN = orRepeats(OWN_CONVERSATION, ({ params }: ReplyRequest) =>
  retryIdOf(params.messageId),
);

/** The author of a reply keeps the right to withdraw it when the conversation changes hands. */
export const OWN_REPLY: Guard<ReplyRequest, { readonly message: OutboundMessage }> = {
  name: "wrote it",
  allows: "the agent who wrote the reply and may see its conversation",
  problems: ["not-found", "not-assigned-to-you", "forbidden"],
  check: async (request, ports, caller) => {
    const visible = await VISIBLE_CONVERSATION.check(request, ports, caller);
    if ("problem" in visible) return visible;
    const message = await findReply(ports, visible.read.value, request.params.messageId);
    if (!message) return problem("not-found");
    return message.agentId === caller.agentId
      ? { message }
      : problem("forbidden", { detail: "Another agent wrote the reply." });
  },
};

interface ReplyRequest extends ConversationRequest {
  readonly params: ConversationRequest["params"] & { readonly messageId: MessageId };
}

export const CONVERSATION_IN_OWN_QUEUE: ConversationGuard = {
  name: "is in its queue",
  allows: "the members of the conversation's queue",
  problems: ["not-found", "not-a-queue-member"],
  check: checkBy(findInOwnQueue),
};

/** The identity provider also issues tokens to agents who are not registered here. They see nothing about customers. */
export const REGISTERED: Guard<unknown> = {
  name: "is registered",
  allows: "supervisors, administrators and registered agents",
  problems: ["not-registered"],
  check: async (_, ports, { roles, agentId }) =>
    roles.some((role) => role !== "Agent") || (await ports.agents.find(agentId)) ? {} : problem("not-registered"),
};

export const VISIBLE_QUEUE: Guard<{ readonly params: { readonly id: string } }> = {
  name: "is in the queue or supervises",
  allows: "supervisors and the members of the queue",
  problems: ["not-a-queue-member", "not-found"],
  check: async ({ params: { id } }, ports, caller) => {
    const [canSee, { queues }] = await Promise.all([
      canSeeQueue(ports, actorOf(caller), id),
      ports.settings.snapshot(),
    ]);
    if (!canSee) return problem("not-a-queue-member");
    return queues.some((queue) => queue.id === id) ? {} : problem("not-found");
  },
};
