import { createHash } from "node:crypto";
import * as z from "zod";
import { agentIdSchema, conversationIdSchema, settingIdSchema } from "../kernel/ids.ts";
import { type Instant, instantSchema } from "../kernel/instant.ts";
import type { DispatchCause, DispatchRequest } from "../kernel/jobs.ts";
import { visibleTextSchema } from "../kernel/text.ts";
import { type Presence, presenceSchema } from "../settings/presence.ts";

/** Capacity that is taken for one conversation. */
const claimSchema = z.object({
  units: z.int().min(1),
  claimedAt: instantSchema,
  /** Identifies the claim among all claims for the conversation. The conversation carries it too. */
  token: z.string().min(1),
});

/** What an administrator sets for an agent. */
export const agentProfileSchema = z.object({
  name: visibleTextSchema.max(100),
  /** The units of conversations that the agent may hold at once. */
  capacity: z.int().min(0).max(1000),
  queueIds: z.array(settingIdSchema).max(100),
  skills: z.array(z.string().min(1).max(50)).max(50),
});
export type AgentProfile = z.infer<typeof agentProfileSchema>;

/**
 * Identifies the content of a profile, and whether its agent is retired: equal profiles have the same version. An agent's
 * load and presence change all the time, so the version of the whole agent would be of no use to an editor of the profile.
 */
export const profileVersionOf = ({
  name,
  capacity,
  queueIds,
  skills,
  retiredAt,
}: AgentProfile & { readonly retiredAt?: Instant | undefined }): string =>
  createHash("sha256")
    .update(JSON.stringify([name, capacity, queueIds, skills, ...(retiredAt === undefined ? [] : [retiredAt])]))
    .digest("base64url");

/** A person who answers customers. */
export const agentSchema = agentProfileSchema.extend({
  id: agentIdSchema,
  presence: presenceSchema,
  /** When the agent last chose a presence; absent before the first choice. */
  presenceChosenAt: instantSchema.optional(),
  /** When the agent counts as offline unless a request renews this; absent before the first request: see `presenceOf`. */
  believedUntil: instantSchema.optional(),
  /** The sum of the units in `claims`. It is above `capacity` only where a supervisor insisted. */
  load: z.int().min(0),
  claims: z.record(conversationIdSchema, claimSchema),
  /** When the agent last got a conversation; absent before the first. */
  lastAssignedAt: instantSchema.optional(),
  /** When an administrator retired the agent; absent while the agent takes part. */
  retiredAt: instantSchema.optional(),
});
export type Agent = z.infer<typeof agentSchema>;

/**
 * The presence of an agent at a moment. It is a lease that each request of the agent renews: an agent who makes no
 * request for the organisation's `presenceLeaseSeconds` counts as offline. The chosen presence stays, and counts again from the
 * next request on.
 */
export const presenceOf = (
  { presence, believedUntil }: Pick<Agent, "presence" | "believedUntil">,
  now: Instant,
): Presence => (believedUntil !== undefined && believedUntil <= now ? "offline" : presence);

/** Requests the dispatch of every queue of an agent. */
export const dispatchesFor = (agent: Agent, cause: DispatchCause): readonly DispatchRequest[] =>
  agent.queueIds.map((queueId) => ({ queueId, cause }));
