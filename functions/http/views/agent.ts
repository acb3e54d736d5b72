import * as z from "zod";
import type { Agent, AgentProfile } from "../../../shared/agent/agent.ts";
import { agentIdSchema, settingIdSchema } from "../../../shared/kernel/ids.ts";
import { instantSchema } from "../../../shared/kernel/instant.ts";
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
      description: "Chosen by the agent; inactive is set by the system after a missed offer",
    }),
    load: z.int().meta({ description: "Units that the agent holds now" }),
    lastAssignedAt: instantSchema
      .optional()
      .meta({ description: "When the agent last got a conversation; absent before the first" }),
  })
  .meta({ id: "Agent" });
type AgentView = z.output<typeof agentViewSchema>;

/** Shows the whole profile, and of the rest what does not concern routing alone. */
export const agentView = (agent: Agent): Complete<Agent, AgentView, "presenceChosenAt" | "claims"> => ({
  id: agent.id,
  ...profileView(agent),
  presence: agent.presence,
  load: agent.load,
  lastAssignedAt: agent.lastAssignedAt,
});

type ProfileView = Pick<AgentView, keyof AgentProfile>;

const profileView = (profile: AgentProfile): Complete<AgentProfile, ProfileView> => ({
  name: profile.name,
  capacity: profile.capacity,
  queueIds: profile.queueIds,
  skills: profile.skills,
});
