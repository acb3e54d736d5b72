import { describe, expect, it } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { presenceChoice, sampleAgent } from "../../tests/fakes/sample-organisation.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import { type AgentProfile, profileVersionOf } from "./agent.ts";
import { liveAgents } from "./live-agents.ts";

const agentId = agentIdSchema.parse("agent-a");
const unknown = agentIdSchema.parse("unknown");
const change = { kind: "agent", agentId };
const PROFILE: AgentProfile = { name: "Ana", capacity: 2, queueIds: ["billing"], skills: [] };

/** A store with live updates, and agent-a in it. */
const make = () => {
  const fakes = makeFakes({ agents: [sampleAgent("agent-a")] });
  const { changes, disconnected } = fakes.liveUpdates;
  return { agents: liveAgents(fakes.agents, fakes.liveUpdates), now: fakes.now, changes, disconnected };
};

describe("liveAgents", () => {
  it("notifies of a presence, and leaves the agent's consoles connected", async () => {
    const { agents, now, changes, disconnected } = make();
    await agents.setPresence(agentId, presenceChoice("away", now()));
    await agents.setInactive(agentId, now());
    expect([changes, disconnected]).toEqual([[change, change], []]);
  });

  it("disconnects the consoles of an agent whose profile is saved, whose queues may have changed", async () => {
    const { agents, changes, disconnected } = make();
    const saved = await agents.saveProfile(agentId, PROFILE);
    await agents.replaceProfile(agentId, { ...PROFILE, queueIds: [] }, profileVersionOf(saved));
    expect([changes, disconnected]).toEqual([
      [change, change],
      [agentId, agentId],
    ]);
  });

  it("disconnects the consoles of an agent who is retired", async () => {
    const { agents, now, changes, disconnected } = make();
    await agents.retire(agentId, now());
    expect([changes, disconnected]).toEqual([[change], [agentId]]);
  });

  it("does not notify of a change that was not stored", async () => {
    const { agents, now, changes, disconnected } = make();
    await agents.setPresence(unknown, presenceChoice("away", now()));
    await agents.replaceProfile(agentId, PROFILE, "old");
    await agents.retire(unknown, now());
    expect([changes, disconnected]).toEqual([[], []]);
  });
});
