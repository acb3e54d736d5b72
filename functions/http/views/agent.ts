import * as z from "zod";
import { type Agent, type AgentProfile, presenceOf } from "../../../shared/agent/agent.ts";
import { type Caller, roleSchema } from "../../../shared/kernel/caller.ts";
import { type AgentId, agentIdSchema, settingIdSchema } from "../../../shared/kernel/ids.ts";
import { type Instant, instantSchema } from "../../../shared/kernel/instant.ts";
import { presenceSchema } from "../../../shared/settings/presence.ts";
import type { Complete } from "./complete.ts";

export const agentViewSchema = z
  .object({
    id: agentIdSchema,
    name: z.string(),
    capacity: z.int().meta({ description: "Units of conversations that the agent may hold at the same time" }),
    queueIds: z.array(settingIdSchema).meta({ description: "The queues that the agent is a member of" }),
    skills: z.array(z.string()),
    presence: presenceSchema.meta({
      description:
        "Chosen by the agent, a supervisor or an administrator; inactive is set by the system after a missed offer, and offline is shown for an agent who makes no requests",
    }),
    believedUntil: instantSchema
      .optional()
      .meta({ description: "When the agent counts as offline, unless a request of the agent comes before" }),
    load: z.int().meta({ description: "Units that the agent holds now" }),
    lastAssignedAt: instantSchema
      .optional()
      .meta({ description: "When the agent last got a conversation; absent before the first" }),
    retiredAt: instantSchema
      .optional()
      .meta({ description: "When the agent was retired; absent while the agent takes part" }),
  })
  .meta({ id: "Agent" });
type AgentView = z.output<typeof agentViewSchema>;

/** Shows the whole profile, and of the rest what does not concern routing alone. */
export const agentView = (agent: Agent, now: Instant): Complete<Agent, AgentView, "presenceChosenAt" | "claims"> => ({
  id: agent.id,
  ...profileView(agent),
  presence: presenceOf(agent, now),
  believedUntil: agent.believedUntil,
  load: agent.load,
  lastAssignedAt: agent.lastAssignedAt,
  retiredAt: agent.retiredAt,
});

type ProfileView = Pick<AgentView, keyof AgentProfile>;

const profileView = (profile: AgentProfile): Complete<AgentProfile, ProfileView> => ({
  name: profile.name,
  capacity: profile.capacity,
  queueIds: profile.queueIds,
  skills: profile.skills,
});

export const heartbeatViewSchema = agentViewSchema
  .pick({ presence: true, believedUntil: true })
  .meta({ id: "Heartbeat" });

export const heartbeatView = (agent: Agent, now: Instant): z.output<typeof heartbeatViewSchema> => ({
  presence: presenceOf(agent, now),
  believedUntil: agent.believedUntil,
});

export const meViewSchema = agentViewSchema
  .extend({
    roles: z.array(roleSchema).meta({ description: "The roles of the token" }),
    isRegistered: z.boolean().meta({
      description: "Whether the caller is registered as an agent; a supervisor need not be, and then has no capacity",
    }),
  })
  .meta({ id: "Me" });

/** @param agent - undefined for a supervisor who is not registered as an agent. */
export const meView = (
  { agentId, roles }: Caller,
  agent: Agent | undefined,
  now: Instant,
): z.output<typeof meViewSchema> => ({
  ...agentView(agent ?? unregistered(agentId), now),
  roles: [...roles],
  isRegistered: agent !== undefined,
});

const unregistered = (id: AgentId): Agent => ({
  id,
  name: "",
  capacity: 0,
  queueIds: [],
  skills: [],
  presence: "offline",
  load: 0,
  claims: {},
});
