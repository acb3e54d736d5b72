import { createHash } from "node:crypto";
import * as z from "zod";
import { agentIdSchema, conversationIdSchema, settingIdSchema } from "../kernel/ids.ts";
import { instantSchema } from "../kernel/instant.ts";
import type { DispatchRequest } from "../kernel/jobs.ts";
import { visibleTextSchema } from "../kernel/text.ts";
import { presenceSchema } from "../settings/presence.ts";

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
 * Identifies the content of a profile: equal profiles have the same version. An agent's load and presence change all the
 * time, so the version of the whole agent would be of no use to somebody who edits the profile.
 */
export const profileVersionOf = ({ name, capacity, queueIds, skills }: AgentProfile): string =>
  createHash("sha256")
    .update(JSON.stringify([name, capacity, queueIds, skills]))
    .digest("base64url");

/** A person who answers customers. */
export const agentSchema = agentProfileSchema.extend({
  id: agentIdSchema,
  presence: presenceSchema,
  /** When the agent last chose a presence; absent before the first choice. */
  presenceChosenAt: instantSchema.optional(),
  /** The sum of the units in `claims`. No claim raises it above `capacity`. */
  load: z.int().min(0),
  claims: z.record(conversationIdSchema, claimSchema),
  /** When the agent last got a conversation; absent before the first. */
  lastAssignedAt: instantSchema.optional(),
});
export type Agent = z.infer<typeof agentSchema>;

/** Requests the dispatch of every queue of an agent. */
export const dispatchesFor = (agent: Agent, cause: DispatchRequest["cause"]): readonly DispatchRequest[] =>
  agent.queueIds.map((queueId) => ({ queueId, cause }));
