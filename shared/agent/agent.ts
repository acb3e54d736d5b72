import { createHash } from "node:crypto";
import * as z from "zod";
import { agentIdSchema, conversationIdSchema, settingIdSchema } from "../kernel/ids.ts";
import { instantSchema } from "../kernel/instant.ts";
import type { DispatchRequest } from "../kernel/jobs.ts";
import { presenceSchema } from "../settings/presence.ts";

/** A conversation that takes capacity of an agent. */
const claimSchema = z.object({
  units: z.int().min(1),
  since: instantSchema,
  /** Tells this claim from an earlier or later one for the same conversation; the conversation carries it too. */
  token: z.string().min(1),
});

/** What an administrator says of an agent. */
export const agentProfileSchema = z.object({
  name: z.string().min(1).max(100),
  /** Units of conversations that the agent may hold at once. */
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

/** A person who answers customers. `load` is always the sum of the units in `claims`, and never above `capacity` by a claim. */
export const agentSchema = agentProfileSchema.extend({
  id: agentIdSchema,
  presence: presenceSchema,
  /** When the agent chose a presence; nothing before the first choice. */
  presenceAt: instantSchema.optional(),
  load: z.int().min(0),
  claims: z.record(conversationIdSchema, claimSchema),
  /** When the agent was last given a conversation; nothing before the first. */
  lastAssignedAt: instantSchema.optional(),
});
export type Agent = z.infer<typeof agentSchema>;

/** Asks every queue of an agent to look again. */
export const dispatchesFor = (agent: Agent, cause: DispatchRequest["cause"]): readonly DispatchRequest[] =>
  agent.queueIds.map((queueId) => ({ queueId, cause }));
