import { describe, expect, it } from "vitest";
import { CONTAINERS, type ContainerName } from "../../../infra/cosmos/cosmos-database.ts";
import type { LocalEnvironment } from "../../../local/environment.ts";
import { ADVANCE_ROUTING } from "../../../shared/routing/routing-workflow.ts";
import { awaitReports } from "../support/conversation-steps.ts";
import { documentsOf, openContainer } from "../support/database.ts";
import { conversationIdFor, type OrganisationPlan } from "../support/organisation.ts";
import { bringTo, loadOf, openConversation, ROBIN, startTeam, type Team, viewConversation } from "../support/team.ts";

const KIM = "+14255550124";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Advances the clock minute by minute, so that every sweep runs. The sweep leaves alone what is younger than a minute. */
const passMinutes = async (twin: LocalEnvironment, minutes: number): Promise<void> => {
  for (let minute = 0; minute < minutes; minute++) {
    twin.clock.advance(MINUTE_MS);
    await twin.settled();
  }
};

/** Starts a twin whose sweep fails until the test calls `sweep`, to show that nothing else repairs the damage. */
const startWithoutSweep = async (plan: OrganisationPlan = {}) => {
  let isEnabled = false;
  const beforeInvocation = ({ functionName }: { readonly functionName: string }) => {
    if (functionName === "sweep" && !isEnabled) throw new Error("no sweep yet");
  };
  const team = await startTeam(plan, { faults: { beforeInvocation } });
  const sweep = async () => {
    isEnabled = true;
    await passMinutes(team.twin, 1);
    await awaitReports(team);
  };
  return { team, sweep };
};

describe("the sweep repairs", () => {
  it("a claim on a conversation that the agent does not hold", async () => {
    const { team, sweep } = await startWithoutSweep({ agents: [{ id: "ana", capacity: 1 }] });
    const since = new Date(team.twin.clock.now()).toISOString();
    await openContainer(team.twin, "agents")
      .item("ana", "ana")
      .patch([
        { op: "set", path: "/load", value: 1 },
        { op: "set", path: "/claims", value: { [conversationIdFor(KIM)]: { units: 1, since, token: "left-behind" } } },
      ]);
    const id = await openConversation(team);
    await passMinutes(team.twin, 2);
    expect((await viewConversation(team, id)).state).toBe("queued");
    await sweep();
    expect(await team.ana.workItems("offered")).toEqual([id]);
    expect(await loadOf(team.ana)).toBe(1);
  });

  it("a lost orchestration, so that an offer expires", async () => {
    const { team, sweep } = await startWithoutSweep();
    const id = await bringTo("offered", team);
    await team.twin.killHost();
    team.twin.taskHub.delete(`${id}-1`);
    await team.twin.startHost();
    await passMinutes(team.twin, 3);
    expect(await team.ana.workItems("offered")).toEqual([id]);
    await sweep();
    expect(await team.ben.workItems("offered")).toEqual([id]);
    expect(await loadOf(team.ana)).toBe(0);
  });

  it("an offer that the durable back end does not expire", async () => {
    const isDown = ({ functionName }: { readonly functionName: string }) => {
      if (functionName === ADVANCE_ROUTING && hasStopped) throw new Error("the durable functions do not start");
    };
    let hasStopped = false;
    const team = await startTeam({}, { faults: { beforeInvocation: isDown } });
    const id = await bringTo("offered", team);
    hasStopped = true;
    await passMinutes(team.twin, 5);
    expect(await team.ben.workItems("offered")).toEqual([id]);
    expect(await loadOf(team.ana)).toBe(0);
  });

  it("a lost dispatch, so that no conversation waits beside a free agent", async () => {
    const { team, sweep } = await startWithoutSweep();
    const id = await bringTo("queued", team);
    await openContainer(team.twin, "agents")
      .item("ben", "ben")
      .patch([{ op: "set", path: "/presence", value: "available" }]);
    await passMinutes(team.twin, 2);
    expect((await viewConversation(team, id)).state).toBe("queued");
    await sweep();
    expect(await team.ben.workItems("offered")).toEqual([id]);
  });

  it("a reply that was stored and never enqueued", async () => {
    const { team, sweep } = await startWithoutSweep();
    const id = await bringTo("active", team);
    team.twin.serviceBus.faults.refuseSends("outbound-sms", 100);
    expect((await team.ana.reply(id, "Which model is it?")).status).toBe(202);
    team.twin.serviceBus.faults.refuseSends("outbound-sms", 0);
    await passMinutes(team.twin, 2);
    expect(await team.customer(ROBIN).received()).toEqual([]);
    await sweep();
    expect(await team.customer(ROBIN).received()).toEqual(["Which model is it?"]);
    const { body } = await team.ana.call(`conversations/${id}/messages`);
    expect(body.items[0]).toMatchObject({ text: "Which model is it?", state: "delivered" });
  });
});

describe("the sweep closes", () => {
  /** Where an agent has the conversation, the customer has a reply: otherwise it would return to its queue. */
  const bringAnsweredTo = async (state: "queued" | "active" | "waiting", team: Team) => {
    const id = await bringTo(state === "queued" ? state : "active", team);
    if (state === "queued") return id;
    await team.ana.reply(id, "Which model is it?");
    if (state === "waiting") await team.ana.act(id, "park");
    await team.twin.settled();
    return id;
  };

  it("a conversation whose wrap-up time is over, and releases its capacity", async () => {
    const team = await startTeam({ queues: [{ id: "support", wrapUpSeconds: 300 }] });
    const id = await bringTo("wrap-up", team);
    await passMinutes(team.twin, 4);
    expect((await viewConversation(team, id)).state).toBe("wrap-up");
    await passMinutes(team.twin, 2);
    expect(await viewConversation(team, id)).toMatchObject({ state: "closed", closeReason: "wrap-up-over" });
    expect(await loadOf(team.ana)).toBe(0);
  });

  it.each(["queued", "active", "waiting"] as const)(
    "a conversation that was %s for thirty days without a text",
    async (state) => {
      const team = await startTeam();
      const id = await bringAnsweredTo(state, team);
      team.twin.clock.advance(30 * DAY_MS - HOUR_MS);
      await team.twin.settled();
      await Promise.all([team.sofia.signIn(), team.ana.signIn()]); // a token is valid for an hour
      expect((await viewConversation(team, id)).state).toBe(state);
      team.twin.clock.advance(HOUR_MS + MINUTE_MS);
      await team.twin.settled();
      await Promise.all([team.sofia.signIn(), team.ana.signIn()]);
      expect(await viewConversation(team, id)).toMatchObject({ state: "closed", closeReason: "inactive" });
      expect(await loadOf(team.ana)).toBe(0);
    },
  );

  it("no conversation in which the agent wrote in the last thirty days", async () => {
    const team = await startTeam();
    const id = await bringAnsweredTo("active", team);
    team.twin.clock.advance(20 * DAY_MS);
    await team.twin.settled();
    await Promise.all([team.sofia.signIn(), team.ana.signIn()]);
    await team.ana.reply(id, "Did it help?");
    team.twin.clock.advance(20 * DAY_MS);
    await team.twin.settled();
    await team.sofia.signIn();
    expect((await viewConversation(team, id)).state).toBe("active");
    team.twin.clock.advance(11 * DAY_MS);
    await team.twin.settled();
    await team.sofia.signIn();
    expect((await viewConversation(team, id)).state).toBe("closed");
  });
});

describe("the sweep of a healthy system", () => {
  it("changes nothing", async () => {
    let sweeps = 0;
    const team = await startTeam(
      { agents: [{ id: "ana", capacity: 4 }], queues: [{ id: "support", offerSeconds: 3600 }] },
      { faults: { afterInvocation: ({ functionName }) => void (functionName === "sweep" && sweeps++) } },
    );
    const actionsOf = [["accept"], ["accept", "park"], ["accept", "end"], ["accept", "end", "finish"], [], [], [], []];
    for (const [i, actions] of actionsOf.entries()) {
      const customer = `+1425555020${i}`;
      await team.text(customer, "My tent leaks.");
      for (const action of actions) await team.ana.act(conversationIdFor(customer), action);
      if (actions[0] === "accept") await team.ana.reply(conversationIdFor(customer), "Which model is it?");
      await team.twin.settled();
    }
    await passMinutes(team.twin, 2);
    const before = await everything(team.twin);
    sweeps = 0;
    await passMinutes(team.twin, 2);
    expect(sweeps).toBe(2);
    expect(await everything(team.twin)).toEqual(before);
  });

  it("deletes orchestrations that ended a day ago, and no running one", async () => {
    const team = await startTeam();
    const ended = await bringTo("closed", team);
    await Promise.all([team.ana.setPresence("away"), team.ben.setPresence("away")]);
    await team.text(KIM, "Where is my order?");
    const instances = () => team.twin.taskHub.instances().map(({ instanceId }) => instanceId);
    expect(instances()).toEqual([`${ended}-1`, `${conversationIdFor(KIM)}-1`]);
    const aDayLater = team.twin.clock.now() + DAY_MS + HOUR_MS;
    team.twin.clock.advance(aDayLater - (aDayLater % HOUR_MS) + HOUR_MS - team.twin.clock.now()); // to a full hour
    await team.twin.settled();
    expect(instances()).toEqual([`${conversationIdFor(KIM)}-1`]);
  });
});

/** All documents with their etags, and the status of all orchestrations. */
const everything = async (twin: LocalEnvironment) => ({
  documents: await Promise.all((Object.keys(CONTAINERS) as ContainerName[]).map((name) => documentsOf(twin, name))),
  orchestrations: twin.taskHub.instances().map(({ instanceId, status }) => [instanceId, status]),
});
