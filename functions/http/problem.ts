import * as z from "zod";
import { type ConversationState, DYNAMICS_STATE } from "../../shared/conversation/conversation.ts";

/** Every way in which the API refuses, by the name that ends its `type`. The names never change; clients tell by them. */
export const PROBLEMS = {
  "malformed-body": { status: 400, title: "The body cannot be read" },
  unauthenticated: { status: 401, title: "A valid bearer token is needed" },
  forbidden: { status: 403, title: "Your roles do not allow this" },
  "not-assigned-to-you": { status: 403, title: "The conversation is not yours" },
  "not-a-queue-member": { status: 403, title: "You are not a member of the queue" },
  "not-found": { status: 404, title: "There is no such thing" },
  conflict: { status: 409, title: "The state of the conversation does not allow this" },
  "already-exists": { status: 409, title: "The id is taken" },
  "insufficient-capacity": { status: 409, title: "The agent has too little free capacity" },
  "recipient-opted-out": { status: 409, title: "The customer has opted out" },
  "recipient-cannot-be-texted": { status: 409, title: "The customer's address takes no texts" },
  "channel-disabled": { status: 409, title: "The channel is switched off" },
  "sms-disabled": { status: 409, title: "The organisation's SMS is switched off" },
  "replay-failed": { status: 409, title: "It still cannot be used" },
  "version-mismatch": { status: 412, title: "It has another version by now" },
  "too-large": { status: 413, title: "The body is too large" },
  invalid: { status: 422, title: "The request is not valid" },
  "idempotency-key-reused": { status: 422, title: "The Idempotency-Key was used for another reply" },
  internal: { status: 500, title: "Something went wrong" },
  unavailable: { status: 503, title: "Try again soon" },
} as const;
export type ProblemName = keyof typeof PROBLEMS;

/** What is wrong with one member of a request; `field` is its path, such as `rules.2.queueId`. */
const fieldErrorSchema = z.object({ field: z.string(), message: z.string() });
export type FieldError = z.infer<typeof fieldErrorSchema>;

/** Members that only some problems have. */
const extensionShape = {
  state: z.string().optional().meta({ description: "The conversation's present state" }),
  dynamicsState: z.string().optional().meta({ description: "That state's name in Dynamics 365" }),
  errors: z.array(fieldErrorSchema).optional(),
  length: z.int().optional().meta({ description: "UTF-16 code units of the text" }),
  limit: z.int().optional().meta({ description: "Most UTF-16 code units that a text may have" }),
  reason: z.string().optional().meta({ description: "Why something in quarantine cannot be used" }),
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

/** A refusal because of one member of the request. */
export const invalidField = (field: string, message: string): Problem<"invalid"> =>
  problem("invalid", { errors: [{ field, message }] });

export const typeOf = (name: ProblemName): string => `urn:hilo:problem:${name}`;
