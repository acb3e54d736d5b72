import { describe, expect, it } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleAgent, sampleCompany } from "../../tests/fakes/sample-organisation.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import { presenceOf } from "./agent.ts";
import { RENEWAL_SECONDS, renewPresence } from "./renew-presence.ts";

const id = agentIdSchema.parse("agent-a");

/** An agent whose presence is believed for two minutes from now on. */
const withAgent = async (some: Parameters<typeof sampleAgent>[1] = {}) => {
  const agents = [sampleAgent(id, some)];
  const fakes = makeFakes({ agents, organisation: sampleCompany({ presenceLeaseSeconds: 120 }) });
  const writes: string[] = [];
  fakes.hooks.before = (operation) => {
    if (operation === "agents.renewPresence") writes.push(operation);
  };
  await renewPresence(fakes, id);
  const agent = () => fakes.agents.all()[0] ?? expect.fail("there is no agent");
  return { fakes, writes, agent };
};

describe("renewing a presence", () => {
  it("lasts for as long as the organisation believes it", async () => {
    const { fakes, agent } = await withAgent();
    expect(agent().believedUntil).toBe(addSeconds(fakes.now(), 120));
    const presenceAfter = (seconds: number) => presenceOf(agent(), addSeconds(fakes.now(), seconds));
    expect([presenceAfter(119), presenceAfter(120)]).toEqual(["available", "offline"]);
  });

  it("writes at most once in the renewal time, in this process and in others", async () => {
    const { fakes, writes } = await withAgent();
    const otherProcess = { ...fakes, presenceRenewals: makeFakes().presenceRenewals };
    fakes.clock.advance(RENEWAL_SECONDS - 1);
    await renewPresence(fakes, id);
    await renewPresence(otherProcess, id);
    expect(writes).toHaveLength(1);
    fakes.clock.advance(1);
    await renewPresence(fakes, id);
    expect(writes).toHaveLength(2);
  });

  it("dispatches the agent's queues when the presence had lapsed, and only then", async () => {
    const { fakes } = await withAgent({ queueIds: ["support", "billing"] });
    fakes.clock.advance(119);
    await renewPresence(fakes, id);
    expect(fakes.jobs.dispatches).toEqual([]);
    fakes.clock.advance(120);
    await renewPresence(fakes, id);
    expect(fakes.jobs.dispatches).toEqual([
      { queueId: "support", cause: "presence" },
      { queueId: "billing", cause: "presence" },
    ]);
  });

  it.each(["inactive", "away"] as const)("leaves an agent %s, without a choice of presence", async (presence) => {
    const { fakes, agent } = await withAgent({ presence });
    fakes.clock.advance(600);
    expect(presenceOf(agent(), fakes.now())).toBe("offline");
    await renewPresence(fakes, id);
    expect(presenceOf(agent(), fakes.now())).toBe(presence);
    expect(agent()).not.toHaveProperty("presenceChosenAt");
  });

  it("does nothing for a caller who is not registered as an agent", async () => {
    const { fakes, writes } = await withAgent();
    await renewPresence(fakes, agentIdSchema.parse("stranger"));
    expect(writes).toHaveLength(1);
    expect(fakes.agents.all()).toHaveLength(1);
  });
});
