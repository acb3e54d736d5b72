import type { AgentId } from "../kernel/ids.ts";
import type { LiveUpdates } from "../kernel/live-updates.ts";
import { overrideMethods } from "../kernel/override-methods.ts";
import type { Agents } from "./agents.ts";

/**
 * Makes a store that notifies consoles of each change of an agent's presence or profile, once it is stored. A new profile
 * may have other queues, so that the agent's consoles have to connect again. A change of the load comes with that of a
 * conversation, which is notified of: see `liveConversations`.
 */
export const liveAgents = (agents: Agents, liveUpdates: LiveUpdates): Agents => {
  const notify = (agentId: AgentId) => liveUpdates.notify({ kind: "agent", agentId });
  const reconnect = (agentId: AgentId) => {
    notify(agentId);
    liveUpdates.disconnect(agentId);
  };
  return overrideMethods(agents, {
    setPresence: async (id, choice) => {
      const agent = await agents.setPresence(id, choice);
      if (agent) notify(id);
      return agent;
    },
    setInactive: async (id, since) => {
      await agents.setInactive(id, since);
      notify(id);
    },
    saveProfile: async (id, profile) => {
      const agent = await agents.saveProfile(id, profile);
      reconnect(id);
      return agent;
    },
    replaceProfile: async (id, profile, version) => {
      const agent = await agents.replaceProfile(id, profile, version);
      if (agent !== "stale") reconnect(id);
      return agent;
    },
    retire: async (id, retiredAt) => {
      const agent = await agents.retire(id, retiredAt);
      if (agent) reconnect(id);
      return agent;
    },
  });
};
