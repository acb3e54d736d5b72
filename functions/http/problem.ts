import * as z from "zod";
import { type ConversationState, DYNAMICS_STATE, type StaffMessage } from "../../shared/conversation/conversation.ts";
import { staffMessageView, staffMessageViewSchema } from "./views/staff-message.ts";

/** All problem types. The keys end the `type` and are part of the API contract: they must not change. */
export const PROBLEMS = {
  "malformed-body": { status: 400, title: "The request body cannot be parsed" },
  unauthenticated: { status: 401, title: "A valid bearer token is required" },
  forbidden: { status: 403, title: "Your roles do not allow this" },
  "not-assigned-to-you": { status: 403, title: "The conversation is not assigned to you" },
  "not-registered": { status: 403, title: "You are not registered as an agent" },
  "not-a-queue-member": { status: 403, title: "You are not a member of the queue" },
  "not-found": { status: 404, title: "The resource does not exist" },
  conflict: { status: 409, title: "The state of the conversation does not allow this" },
  "in-use": { status: 409, title: "Others refer to the resource" },
  "has-open-conversations": { status: 409, title: "Conversations of the resource are open" },
  retired: { status: 409, title: "The resource is retired" },
  "already-exists": { status: 409, title: "The id already exists" },
  "newer-message": { status: 409, title: "A colleague has written a message that you have not seen" },
  "reply-not-held": { status: 409, title: "The reply is no longer held: it is being sent, or has been" },
  "not-retryable": { status: 409, title: "The reply cannot be retried: it has not failed, or no agent wrote it" },
  "duplicate-possible": { status: 409, title: "The customer may have got the text: accept a duplicate to retry" },
  "insufficient-capacity": { status: 409, title: "The agent has insufficient capacity" },
  "agent-not-present": { status: 409, title: "The agent's presence does not allow this" },
  "recipient-opted-out": { status: 409, title: "The customer has opted out" },
  "recipient-blocked": { status: 409, title: "The customer's number is blocked" },
  "recipient-cannot-be-texted": { status: 409, title: "The customer's address cannot receive texts" },
  "channel-disabled": { status: 409, title: "The channel is disabled" },
  "sms-disabled": { status: 409, title: "SMS is disabled for the organisation" },
  "replay-failed": { status: 409, title: "The event still cannot be processed" },
  "length-required": { status: 411, title: "The request must have a Content-Length" },
  "version-mismatch": { status: 412, title: "The resource has changed: its ETag does not match" },
  "too-large": { status: 413, title: "The request body is too large" },
  "unsupported-media-type": { status: 415, title: "The content type of the request body is not supported" },
  invalid: { status: 422, title: "The request is not valid" },
  "idempotency-key-reused": { status: 422, title: "The Idempotency-Key was used for another request" },
  "too-many-requests": { status: 429, title: "You make too many requests that send or export" },
  internal: { status: 500, title: "The request failed because of a defect in the app" },
  unavailable: { status: 503, title: "The service is temporarily unavailable" },
} as const;
export type ProblemName = keyof typeof PROBLEMS;

/** What is wrong with one member of a request; `field` is its path, such as `rules.2.queueId`. */
const fieldErrorSchema = z.object({ field: z.string(), message: z.string() });
export type FieldError = z.infer<typeof fieldErrorSchema>;

/** Members that only some problems have. */
const extensionShape = {
  state: z.string().optional().meta({ description: "The present state of the conversation" }),
  dynamicsState: z.string().optional().meta({ description: "The name of that state in Dynamics 365" }),
  errors: z.array(fieldErrorSchema).optional(),
  length: z.int().optional().meta({ description: "UTF-16 code units of the text" }),
  limit: z.int().optional().meta({ description: "Most UTF-16 code units that a text may have" }),
  retryAfterSeconds: z.int().optional().meta({ description: "As the header Retry-After" }),
  reason: z.string().optional().meta({ description: "Why the event cannot be processed" }),
  newerMessage: staffMessageViewSchema
    .optional()
    .meta({ description: "The newest reply or note of a colleague, which the caller has not seen" }),
  openConversations: z
    .record(z.string(), z.int())
    .optional()
    .meta({ description: "How many conversations are open, by state", examples: [{ queued: 2, active: 1 }] }),
};

/** A refusal as it is written. Source: RFC 9457. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: "urn:hilo:problem: and a name that never changes" }),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    correlationId: z.string(),
    ...extensionShape,
  })
  .meta({ id: "Problem" });
export type ProblemDocument = z.infer<typeof problemSchema>;

type Extensions = Omit<ProblemDocument, "type" | "title" | "status" | "correlationId">;

/** A refusal as a value. */
export interface Problem<N extends ProblemName = ProblemName> {
  readonly problem: N;
  readonly extensions: Extensions;
}

export const problem = <N extends ProblemName>(name: N, extensions: Extensions = {}): Problem<N> => ({
  problem: name,
  extensions,
});

/** A refusal because of the state that a conversation is in. */
export const conflict = (state: ConversationState): Problem<"conflict"> =>
  problem("conflict", { state, dynamicsState: DYNAMICS_STATE[state] });

/** A refusal of a request whose body did not arrive, because the Functions host drops a body without a length. */
export const lengthRequired = (): Problem<"length-required"> =>
  problem("length-required", {
    detail: "Send Content-Length, and no Transfer-Encoding: Azure Functions drops a body that is sent in chunks.",
  });

/** A refusal because of one member of the request. */
export const invalidField = (field: string, message: string): Problem<"invalid"> =>
  problem("invalid", { errors: [{ field, message }] });

/** A refusal because the caller has not seen a colleague's message. */
export const newerMessage = (message: StaffMessage): Problem<"newer-message"> =>
  problem("newer-message", { newerMessage: staffMessageView(message) });

export const typeOf = (name: ProblemName): string => `urn:hilo:problem:${name}`;
